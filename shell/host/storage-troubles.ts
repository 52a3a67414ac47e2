import { toWire } from '@testudo/fabric/error';
import type { StorageTrouble } from '@testudo/fabric/host/host-api';

/** What a trouble means for the user, before what is the matter and what to do. */
const meaning = {
  memory: 'Nothing is kept here: what has not been sent when this tab closes is gone. ',
  objects: 'The last change may not have been saved. ',
  builds: 'Updates wait. ',
  damaged: '',
  programs: '',
};

/** What is wrong with this browser's storage, for its user, until it is mended. */
export interface StorageTroubles {
  /** at most one for each place */
  list(): readonly StorageTrouble[];
  note(place: keyof typeof meaning, error: unknown, detail?: string): void;
  mended(place: keyof typeof meaning): void;
}

/** None yet. @param changed called after each change */
export function storageTroubles(changed: () => void): StorageTroubles {
  const standing = new Map<string, StorageTrouble>();
  return {
    list: () => [...standing.values()],
    note(place, error, detail = '') {
      const { code, message } = toWire(error);
      const trouble = { place: place + detail, code, message: meaning[place] + message };
      if (standing.get(trouble.place)?.message === trouble.message) return;
      standing.set(trouble.place, trouble);
      changed();
    },
    mended(place) {
      if (standing.delete(place)) changed();
    },
  };
}
