import type { EncodedWrite } from '../../store/record-codec.ts';
import { numberKey } from '../../sync/keys.ts';
import type { Random } from './random.ts';
import type { SimDisk } from './sim-disk.ts';

/** A record as it was before it was damaged. */
export type LostText = EncodedWrite & { readonly text: string };

/** Tears one of the records that were being written when the power went: its end is missing. */
export function tear(disk: SimDisk, writes: readonly EncodedWrite[], random: Random): LostText | null {
  const written = writes.filter(({ collection, key, text }) => disk.texts.get(collection)?.get(key) === text);
  return damage(disk, written, random, (text) => text.slice(0, random.between(0, text.length - 1)));
}

/** Turns one bit of any record that the disk keeps; of one in `among`, where it has such. */
export function flip(disk: SimDisk, random: Random, among: string = ''): LostText | null {
  const all = [...disk.texts].flatMap(([collection, entries]) =>
    [...entries].map(([key, text]) => ({ collection, key, text })),
  );
  const some = all.filter(({ collection }) => collection.startsWith(among));
  const kept = some.length === 0 ? all : some;
  return damage(disk, kept, random, (text) => {
    const at = random.between(0, text.length - 1);
    const turned = String.fromCharCode(text.charCodeAt(at) ^ (1 << random.between(0, 6)));
    return `${text.slice(0, at)}${turned}${text.slice(at + 1)}`;
  });
}

/**
 * The damage to an object goes further: to the entry of the log that its state came with, too; and now and then so far
 * that nothing is left of its record.
 */
export function spread(disk: SimDisk, { collection, key, text }: LostText, random: Random): void {
  if (!collection.startsWith('objects/') || random.chance(0.2)) return;
  const log = disk.texts.get(collection.replace('objects/', 'log/'));
  const seq = /"seq":(\d+)/.exec(text)?.[1] ?? '';
  if (log?.has(numberKey(Number(seq))) === true) log.set(numberKey(Number(seq)), '');
  if (random.chance(0.3)) disk.texts.get(collection)?.set(key, '');
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
