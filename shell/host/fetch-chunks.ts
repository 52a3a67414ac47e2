import { TestudoError } from '@testudo/fabric/error';

/** What the bundler's own code offers to a program: how it names its lazy chunks, and runs them. */
export interface ChunkRuntime {
  readonly p: string;
  u(chunk: string): string;
  readonly f: { i(chunk: string, coming: unknown[]): void };
}

/** How long a chunk of the host's program may take to come. */
const chunkMs = 30_000;

/**
 * Has chunks fetched before they are run: a worker that runs one at once stands still until it has come, however long
 * that takes, and answers nobody. What could not be had is asked for again at the next use.
 * A chunk that does not come within half a minute, or cannot be had, is TestudoError `UNAVAILABLE` to whoever imports it.
 */
export function fetchChunks({ f, p, u }: ChunkRuntime): void {
  const { i: run } = f;
  const known: Record<string, Promise<void> | undefined> = {};
  const load = async (chunk: string): Promise<void> => {
    const aborter = new AbortController();
    const timer = setTimeout(() => aborter.abort(), chunkMs);
    try {
      await (await fetch(p + u(chunk), aborter)).arrayBuffer();
      run(chunk, []);
    } catch (cause) {
      delete known[chunk];
      throw new TestudoError('UNAVAILABLE', `${u(chunk)} has not come; is this device online?`, { cause });
    } finally {
      clearTimeout(timer);
    }
  };
  f.i = (chunk, coming) => void coming.push((known[chunk] ??= load(chunk)));
}
