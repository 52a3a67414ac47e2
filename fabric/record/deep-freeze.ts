/**
 * Freezes plain data through and through, in place, and hands it back. What is frozen already is taken to be so
 * wholly, so that states which share most of their parts cost little.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const key of Object.keys(value)) {
    const part = (value as { readonly [key: string]: unknown })[key];
    if (typeof part === 'object' && part !== null) deepFreeze(part);
  }
  return Object.freeze(value);
}
