import type { EncodedWrite } from '../../store/record-codec.ts';
import type { Random } from './random.ts';
import type { SimDisk } from './sim-disk.ts';

/** A record as it was before it was damaged. */
export type LostText = EncodedWrite & { readonly text: string };

/** Tears one of the records that were being written when the power went: its end is missing. */
export function tear(disk: SimDisk, writes: readonly EncodedWrite[], random: Random): LostText | null {
  const written = writes.filter(({ collection, key, text }) => disk.texts.get(collection)?.get(key) === text);
  return damage(disk, written, random, (text) => text.slice(0, random.between(0, text.length - 1)));
}

/** Turns one bit of any record that the disk keeps. */
export function flip(disk: SimDisk, random: Random): LostText | null {
  const kept = [...disk.texts].flatMap(([collection, entries]) =>
    [...entries].map(([key, text]) => ({ collection, key, text })),
  );
  return damage(disk, kept, random, (text) => {
    const at = random.between(0, text.length - 1);
    const turned = String.fromCharCode(text.charCodeAt(at) ^ (1 << random.between(0, 6)));
    return `${text.slice(0, at)}${turned}${text.slice(at + 1)}`;
  });
}

function damage(
  disk: SimDisk,
  writes: readonly EncodedWrite[],
  random: Random,
  change: (text: string) => string,
): LostText | null {
  const whole = writes.filter((write): write is LostText => write.text !== undefined && !disk.damaged.has(write.text));
  if (whole.length === 0) return null;
  const victim = random.pick(whole);
  const changed = change(victim.text);
  disk.damaged.add(changed);
  disk.texts.get(victim.collection)?.set(victim.key, changed);
  return victim;
}
