import type { LinkClosed } from './transport.ts';

/** Close code of a switch that has got a newer link under the same name, of the same user. */
export const REPLACED_CODE = 4408;

/**
 * Notices that another host goes by this one's name, as after a profile was copied: both connect again and again, and
 * each replaces the other's link. Give it every close of an open link; tells when two in a row were replaced.
 */
export function nameWatch(onTaken: () => void): (closed: LinkClosed) => void {
  let replaced = 0;
  return ({ code }) => {
    replaced = code === REPLACED_CODE ? replaced + 1 : 0;
    if (replaced === 2) onTaken();
  };
}
