import type { Envelope } from './envelope.ts';

/** How often a door says that it is there: a browser sees no protocol pings. */
export const KEEP_ALIVE_MS: number = 15_000;
/** After this long without any envelope a link is taken for dead. */
export const MAX_SILENCE_MS: number = 40_000;

/**
 * A publication that nobody subscribes to: it tells a peer no more than that the link is alive, and one that knows
 * nothing of it passes it over.
 */
export function keepAlive(src: string, count: number): Envelope {
  return { v: 1, id: `alive-${count}`, src, kind: 'publish', subject: 'mesh.alive', hops: 0, body: null };
}
