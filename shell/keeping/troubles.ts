import type { StorageTrouble } from '@testudo/fabric/host/host-api';

import type { Notices } from '../ui/notices.ts';

/** Shows what is wrong with the storage, until it is not any more; not again what has been shown. */
export function troubleNotices(notices: Notices): (troubles: readonly StorageTrouble[]) => void {
  let shown: ReadonlyMap<string, string> = new Map();
  return (troubles) => {
    const standing = new Map(troubles.map(({ place, message }) => [`storage-${place}`, message]));
    for (const key of shown.keys()) if (!standing.has(key)) notices.hide(key);
    for (const [key, text] of standing) if (shown.get(key) !== text) notices.show({ key, tone: 'bad', text });
    shown = standing;
  };
}
