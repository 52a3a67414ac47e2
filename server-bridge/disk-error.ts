import { TestudoError } from '@testudo/fabric/error';

/** `UNAVAILABLE`, by which whoever runs the server learns what the disk refused, and why. */
export function diskError(path: string, act: 'read' | 'written' | 'made', cause: unknown): TestudoError {
  const { code = String(cause) } = cause as { code?: string };
  return new TestudoError('UNAVAILABLE', `${path} cannot be ${act}: ${code}; check its rights and the disk`, { cause });
}
