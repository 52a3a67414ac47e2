import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import type { SinkBatch, SinkRecord } from '@testudo/fabric/host/sinks/sink-api';
import { expect, test } from 'vitest';

import { linesIn } from '../testing/sink-lines.ts';

const ROUNDS = 6;
const LAST_WRITES = 50;

/** A receiver that kills whoever delivers before it answers, at the third delivery of each round. */
async function killingReceiver(kill: () => void) {
  const bodies = new Map<string, Set<string>>();
  const heard = new Set<number>();
  const doubles = new Set<string>();
  let killsLeft = ROUNDS;
  let inRound = 0;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const batch = JSON.parse(body) as SinkBatch;
      const known = bodies.get(batch.delivery) ?? new Set();
      if (known.size > 0) doubles.add(batch.delivery);
      bodies.set(batch.delivery, known.add(body));
      for (const record of batch.records) heard.add(seqOf(record));
      inRound += 1;
      if (inRound === 3 && killsLeft > 0) {
        killsLeft -= 1;
        inRound = 0;
        kill();
      } else response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return { bodies, doubles, heard, url, close: () => new Promise((resolve) => server.close(resolve)) };
}

const seqOf = (record: SinkRecord): number => (record.type === 'change' ? record.seq : Number.NaN);

test('sinks - SIGKILL between a delivery and its cursor: nothing lost, doubles are the same under the same name', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'testudo-sinks-'));
  let child: ChildProcess | undefined;
  const receiver = await killingReceiver(() => child?.kill('SIGKILL'));
  let acknowledged = 0;
  const run = async (...limit: readonly string[]): Promise<NodeJS.Signals | number | null> => {
    const program = 'server-bridge/testing/forward-until-killed.ts';
    child = spawn(process.execPath, [program, directory, receiver.url, ...limit], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout?.setEncoding('utf8').on('data', (lines: string) => {
      acknowledged = Math.max(acknowledged, ...lines.split('\n').map(Number));
    });
    const started = child;
    return new Promise((resolve) => started.once('close', (code, signal) => resolve(signal ?? code)));
  };
  try {
    for (let round = 0; round < ROUNDS; round += 1) expect(await run()).toBe('SIGKILL');
    expect(await run(String(LAST_WRITES))).toBe(0);
    const all = Array.from({ length: acknowledged }, (_, index) => index + 1);
    expect(acknowledged).toBeGreaterThan(LAST_WRITES);
    expect([...receiver.heard].sort((a, b) => a - b)).toEqual(all);
    expect([...receiver.bodies.values()].every(({ size }) => size === 1)).toBe(true);
    expect(receiver.doubles.size).toBe(ROUNDS);
    const lines = linesIn(join(directory, 'audit.jsonl'));
    expect([...new Set(lines.map(seqOf))].sort((a, b) => a - b)).toEqual(all);
    const idsBySeq = new Map(lines.map((line) => [seqOf(line), `${line.delivery} ${JSON.stringify(line)}`]));
    for (const line of lines) expect(idsBySeq.get(seqOf(line))).toBe(`${line.delivery} ${JSON.stringify(line)}`);
  } finally {
    child?.kill('SIGKILL');
    await receiver.close();
    rmSync(directory, { recursive: true, force: true });
  }
}, 60_000);
