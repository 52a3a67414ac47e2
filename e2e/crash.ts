/**
 * `npm run crash -- --rounds 50`: clients write orders and change them, over REST and by pushes through sockets, while
 * the server is killed with SIGKILL, again and again. Afterwards every acknowledged write must be there, and none twice.
 * Exit status 1 otherwise; how long it took is told, for it depends on the machine (goal: 3 s).
 */
import { conclude, roundsAsked } from './crash/command.ts';
import { everyOrder } from './crash/every-order.ts';
import { openLedger } from './crash/ledger.ts';
import { pushWriter } from './crash/push-writer.ts';
import { restWriter } from './crash/rest-writer.ts';
import { worstAndMedian } from './crash/times.ts';
import { keepWriting } from './crash/writer.ts';
import type { Writer } from './crash/writer.ts';
import { client, launch, until } from './launch.ts';
import type { Running } from './launch.ts';
import { orderByRest } from './orders.ts';
import { processorMs } from './proc-stat.ts';
import { cookieOf } from './session.ts';

const REST = 14;
const PUSHING = 6;
const rounds = roundsAsked(50);

const ledger = openLedger();
const ending = new AbortController();

async function openWriters({ url }: Running): Promise<readonly Writer[]> {
  const call = await client(url, 'ada');
  const cookie = await cookieOf(url, 'ada');
  const { fields } = await orderByRest(call, 'a pattern for the others');
  const pushing = Array.from({ length: PUSHING }, (_, n) => pushWriter({ url, cookie, node: `crash-${n}`, fields }));
  return [...Array.from({ length: REST }, () => restWriter(call)), ...pushing];
}

/** One kill. */
interface Kill {
  /** from the kill until another process serves */
  readonly readyMs: number;
  /** processor time that the other process took for that, milliseconds: what is left of `readyMs` on an idle machine */
  readonly workedMs: number;
  /** from the kill until a write that began after it was acknowledged */
  readonly writtenMs: number;
}

async function kill(demo: Running, round: number): Promise<Kill> {
  const answered = (): number => ledger.all().filter((write) => write.answered).length;
  const goal = answered() + 20 + ((round * 7) % 80);
  await until('enough writes', async () => (answered() >= goal ? true : undefined), 60_000);
  const { pid } = await demo.health();
  process.kill(pid, 'SIGKILL');
  const killedMs = Date.now();
  const reborn = await demo.reborn(pid);
  const readyMs = Date.now() - killedMs;
  const workedMs = processorMs(reborn.pid);
  const isAfter = (atMs: number | undefined): boolean => atMs !== undefined && atMs > killedMs + 20;
  const first = await until('a write after the kill', async () =>
    ledger.all().find((write) => isAfter(write.answered?.atMs)),
  );
  return { readyMs, workedMs, writtenMs: (first.answered?.atMs ?? 0) - killedMs };
}

const demo = await launch({ env: { TESTUDO_DEVICE: 'off' } });
try {
  const writers = await openWriters(demo);
  const writing = Promise.all(
    writers.map((writer, index) => keepWriting({ writer, prefix: `c${index}`, ledger, signal: ending.signal })),
  );
  const kills: Kill[] = [];
  const killing = async (): Promise<void> => {
    for (let round = 0; round < rounds; round += 1) kills.push(await kill(demo, round));
  };
  await Promise.race([killing(), writing]);
  ending.abort();
  await writing;
  const { acknowledged, lost, double } = ledger.balance(await everyOrder(demo.url, 'ada'));
  const ready = worstAndMedian(kills.map(({ readyMs }) => readyMs));
  const worked = worstAndMedian(kills.map(({ workedMs }) => workedMs));
  const written = worstAndMedian(kills.map(({ writtenMs }) => writtenMs));
  console.log(
    `crash: ${rounds} rounds of SIGKILL under ${REST} clients over REST and ${PUSHING} replicas, ${acknowledged} ` +
      `acknowledged, ${lost.length} lost, ${double.length} double; it serves again after ${ready.text} ` +
      `(processor time of that: ${worked.text}), and has acknowledged a write after ${written.text}`,
  );
  conclude([...lost, ...double]);
} finally {
  await demo.stop();
}
