import { TestudoError } from '@testudo/fabric/error';
import type { ShellConfig } from '@testudo/fabric/host/shell-config';

/** The shell's configuration from an untrusted document. @throws TestudoError `CONFIG_INVALID` */
export function parseShellConfig(value: unknown): ShellConfig {
  const config = value as Partial<ShellConfig> | null;
  const isConfig =
    typeof config === 'object' &&
    config !== null &&
    config.schema === 1 &&
    Array.isArray(config.allowedOrigins) &&
    typeof config.tenant === 'string' &&
    typeof config.host === 'object';
  if (isConfig) return config as ShellConfig;
  throw new TestudoError(
    'CONFIG_INVALID',
    '/config.json is no configuration of schema 1; is the server of the same version?',
  );
}

/** Whether remotes may come from an origin; `http://localhost:*` in the list stands for every port. */
export function allowsOrigin({ allowedOrigins }: Pick<ShellConfig, 'allowedOrigins'>, origin: string): boolean {
  return allowedOrigins.some((allowed) =>
    allowed.endsWith(':*') ? origin.replace(/:\d+$/, '') === allowed.slice(0, -2) : allowed === origin,
  );
}
