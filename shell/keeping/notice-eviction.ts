import type { HostReport } from '@testudo/fabric/host/host-api';
import type { Platform } from '@testudo/fabric/platform';

import type { KeptMark, KeptMarker } from './kept-marker.ts';

export interface EvictionOptions {
  readonly marker: KeptMarker;
  readonly platform: Pick<Platform, 'timer'>;
  /** The database of a former visit is gone, with so many changes that had not been sent when that was noted last. */
  onEvicted(unsent: number): void;
}

/** How long a count that did not come from or to zero may be out of date. */
const writeMs = 1000;

/**
 * Takes what the host says of itself and of its outbox: says once when the browser has removed its database since the last visit, and keeps
 * the mark by which that is known. A host that keeps nothing leaves the mark as it is.
 */
export function noticeEviction({
  marker,
  platform,
  onEvicted,
}: EvictionOptions): (report: Pick<HostReport, 'node' | 'datasource'>, unsent: number) => void {
  let isFirst = true;
  let written: KeptMark | null = null;
  let due: KeptMark | null = null;

  function write(mark: KeptMark): void {
    due = null;
    written = mark;
    marker.write(mark);
  }
  function writeSoon(mark: KeptMark): void {
    const isWaiting = due !== null;
    due = mark;
    if (!isWaiting) platform.timer(writeMs, () => due && write(due));
  }
  return ({ node, datasource }, unsent) => {
    if (datasource === 'memory') return;
    const mark: KeptMark = { node, unsent };
    const former = isFirst ? marker.read() : null;
    isFirst = false;
    if (former !== null && former.node !== node) onEvicted(former.unsent);
    if (written?.node !== node || (written.unsent === 0) !== (unsent === 0)) write(mark);
    else if (written.unsent !== unsent) writeSoon(mark);
  };
}
