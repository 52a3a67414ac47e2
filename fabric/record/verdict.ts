import { hasCode, type ErrorCode } from '../error.ts';

/** Every code that says something about an op itself; any other failure is one of the moment or of the host. */
const verdicts: readonly ErrorCode[] = [
  'BAD_REQUEST',
  'CONFLICT',
  'FLOW_FENCED',
  'FORBIDDEN',
  'HOOK_TIMEOUT',
  'METHOD_UNKNOWN',
  'NOT_FOUND',
  'TOO_DEEP',
  'TOO_LARGE',
  'VALIDATION',
];

/** Whether an error refuses an op for good. After any other one the op is undecided: it may be asked again. */
export function isVerdict(error: unknown): boolean {
  return hasCode(error) && verdicts.includes(error.code);
}
