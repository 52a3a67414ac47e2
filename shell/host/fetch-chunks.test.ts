import { afterEach, expect, test, vi } from 'vitest';

import { fetchChunks } from './fetch-chunks.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** A bundler's runtime of which every chunk runs; `ran` holds which, `asked` what was fetched. */
function setUp(answer: (signal: AbortSignal) => Promise<Response>) {
  const [ran, asked]: [string[], string[]] = [[], []];
  const runtime = {
    p: '/',
    u: (chunk: string) => `${chunk}.0123.js`,
    f: { i: (chunk: string) => void ran.push(chunk) },
  };
  vi.stubGlobal('fetch', (url: string, { signal }: { signal: AbortSignal }) => {
    asked.push(url);
    return answer(signal);
  });
  fetchChunks(runtime);
  const load = async (chunk: string): Promise<void> => {
    const coming: unknown[] = [];
    (runtime.f.i as (chunk: string, coming: unknown[]) => void)(chunk, coming);
    await Promise.all(coming);
  };
  return { load, ran, asked };
}

test('a chunk is fetched before it is run, and once', async () => {
  const { load, ran, asked } = setUp(async () => new Response('x'));
  await Promise.all([load('a'), load('a')]);
  await load('a');
  expect([ran, asked]).toEqual([['a'], ['/a.0123.js']]);
});

test('one that cannot be had is UNAVAILABLE, and asked for again at the next use', async () => {
  let isCut = true;
  const { load, ran } = setUp(async () => {
    if (isCut) throw new TypeError('Failed to fetch');
    return new Response('x');
  });
  await expect(load('a')).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('a.0123.js') });
  isCut = false;
  await load('a');
  expect(ran).toEqual(['a']);
});

test('one that hangs is given up after half a minute', async () => {
  vi.useFakeTimers();
  const { load, ran } = setUp(
    (signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
  );
  let outcome: unknown = 'waits';
  void load('a').catch((error: unknown) => (outcome = error));
  await vi.advanceTimersByTimeAsync(29_999);
  expect(outcome).toBe('waits');
  await vi.advanceTimersByTimeAsync(1);
  expect(outcome).toMatchObject({ code: 'UNAVAILABLE' });
  expect(ran).toEqual([]);
});
