import { hasCode } from '@testudo/fabric/error';

/** An error with its causes, for the server's own log; never for a reply. */
export function describeError(error: unknown): string {
  const parts: string[] = [];
  for (
    let current = error;
    current !== undefined && parts.length < 6;
    current = (current as { cause?: unknown }).cause
  ) {
    parts.push(lineOf(current));
    if (typeof current !== 'object' || current === null) break;
  }
  return parts.join('\n  caused by ');
}

function lineOf(error: unknown): string {
  if (hasCode(error)) return `${error.code}: ${error.message}`;
  if (error instanceof Error) return error.stack ?? error.message;
  return String(error);
}
