import { isRecord } from '../is-record.ts';
import { isDefined } from '../define-model.ts';

/** A specification of the older shape, of which nothing is known but that it is a record. */
export type LegacySpec = { readonly [key: string]: unknown };

/**
 * Whether a specification is of the older shape. What `defineModel` made never is: a fault in it is to be told, not to
 * be read as something else.
 */
export function isLegacy(value: unknown): value is LegacySpec {
  if (!isRecord(value) || isDefined(value) || typeof value['factory'] !== 'function') return false;
  if (value['modelName'] === undefined || value['accessControlList'] === undefined) return true;
  return (
    entriesOf(value['accessControlList']).some(isRecord) ||
    entriesOf(value['commands']).some(isLegacyCommand) ||
    entriesOf(value['ports']).some(isLegacyPort) ||
    (typeof value['validate'] === 'function' && value['validate'].length > 2)
  );
}

/** The values of a record; none of anything else. */
function entriesOf(value: unknown): readonly unknown[] {
  return isRecord(value) ? Object.keys(value).map((key) => value[key]) : [];
}

function isLegacyCommand(value: unknown): boolean {
  return typeof value === 'function' || (isRecord(value) && typeof value['command'] === 'string');
}

function isLegacyPort(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const breaker = value['circuitBreaker'];
  const causes = isRecord(breaker) ? Object.keys(breaker) : [];
  return 'retries' in value || causes.some((cause) => /^port(Timeout|RetryFailed)_/.test(cause));
}
