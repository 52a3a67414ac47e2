import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { fetchBytes } from './fetch-bytes.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Answers with bytes that a test sends one by one; aborting ends the body, as in a browser. */
function openAnswer() {
  let send = (_bytes: Uint8Array): void => undefined;
  let end = (): void => undefined;
  vi.stubGlobal('fetch', async (_url: string, { signal }: RequestInit) => {
    const body = new ReadableStream<Uint8Array>({
      start(stream) {
        send = (bytes) => stream.enqueue(bytes);
        end = () => stream.close();
        signal?.addEventListener('abort', () => stream.error(signal.reason));
      },
    });
    return new Response(body);
  });
  return {
    send: (bytes: number[]) => send(new Uint8Array(bytes)),
    sendBytes: (bytes: Uint8Array) => send(bytes),
    end: () => end(),
  };
}

/** What it gives or throws, taken up at once. */
function outcome(work: Promise<unknown>): Promise<unknown> {
  return work.catch((error: unknown) => error);
}

test('a slow origin may drip for long, a silent one not', async () => {
  const answer = openAnswer();
  const found = outcome(fetchBytes('http://r.example/a.js'));
  for (const byte of [1, 2, 3]) {
    await vi.advanceTimersByTimeAsync(14_000);
    answer.send([byte]);
  }
  await vi.advanceTimersByTimeAsync(15_001);
  expect(await found).toMatchObject({ code: 'LOAD_FAILED' });
  expect(vi.getTimerCount()).toBe(0);
});

test('no file is read beyond what a file of a build may have, where nothing says how much it should', async () => {
  const answer = openAnswer();
  const found = outcome(fetchBytes('http://r.example/remote.json'));
  await vi.advanceTimersByTimeAsync(0);
  for (let mebibytes = 0; mebibytes < 17; mebibytes += 1) answer.sendBytes(new Uint8Array(1024 * 1024));
  await vi.advanceTimersByTimeAsync(120_001);
  expect(await found).toMatchObject({ code: 'TOO_LARGE' });
});

test('bytes arrive whole and in order, and no more than are listed', async () => {
  const answer = openAnswer();
  const found = fetchBytes('http://r.example/a.js', 3);
  await vi.advanceTimersByTimeAsync(0);
  answer.send([1, 2]);
  answer.send([3]);
  answer.end();
  expect([...new Uint8Array(await found)]).toEqual([1, 2, 3]);
  const tooMuch = outcome(fetchBytes('http://r.example/a.js', 1));
  await vi.advanceTimersByTimeAsync(0);
  answer.send([1, 2]);
  expect(await tooMuch).toMatchObject({ code: 'TOO_LARGE' });
});
