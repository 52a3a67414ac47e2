/** Takes the place of Module Federation's logger: its warnings and errors go to the console, the rest nowhere. */
export function createLogger(prefix: string): Pick<Console, 'log' | 'warn' | 'error' | 'info' | 'debug'> {
  const ignore = (): void => {};
  return {
    log: ignore,
    info: ignore,
    debug: ignore,
    warn: (...found: unknown[]) => console.warn(prefix, ...found),
    error: (...found: unknown[]) => console.error(prefix, ...found),
  };
}

/** The SDK's own; nothing that is left of it speaks. */
export const logger = createLogger('');

export { createLogger as createInfrastructureLogger, logger as infrastructureLogger };

/** There is no compiler here. */
export function bindLoggerToCompiler(): void {}
