/**
 * `npm run crash -- --rounds 50`: clients write orders over REST while the server is killed with SIGKILL, again and
 * again. Afterwards every acknowledged order must be there, and none twice. Exit status 1 otherwise.
 */
import { parseArgs } from 'node:util';
import { client, launch, type Running, until } from './launch.ts';

interface Written {
  readonly key: string;
  readonly id: string;
}

const CLIENTS = 8;
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '50' } } });
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds wants a whole number, got ${values.rounds}`);

type Call = Awaited<ReturnType<typeof client>>;

async function write(call: Call, key: string): Promise<string | undefined> {
  const reply = await call('/api/models/orders', {
    method: 'POST',
    headers: { 'idempotency-key': key },
    body: JSON.stringify({ orderItems: [{ sku: 'crash', name: 'Crash test', qty: 1, priceCents: 100 }], note: key }),
  });
  if (reply.status !== 201) return undefined;
  const { object } = (await reply.json()) as { object: { id: string } };
  return object.id;
}

/** Writes until the server goes away; what was under way then is returned as unsure. */
async function writeUntilDeath(call: Call, prefix: string, acknowledged: Written[]): Promise<string> {
  for (let n = 0; ; n += 1) {
    const key = `${prefix}-${n}`;
    try {
      const id = await write(call, key);
      if (id === undefined) return key;
      acknowledged.push({ key, id });
    } catch {
      return key;
    }
  }
}

async function round(demo: Running, call: Call, index: number, acknowledged: Written[]): Promise<void> {
  const { pid } = await demo.health();
  const before = acknowledged.length;
  const writers = Array.from({ length: CLIENTS }, (_, n) => writeUntilDeath(call, `r${index}c${n}`, acknowledged));
  const goal = before + 5 + ((index * 7) % 40);
  await until('enough writes', async () => (acknowledged.length >= goal ? true : undefined));
  process.kill(pid, 'SIGKILL');
  const unsure = await Promise.all(writers);
  await demo.reborn(pid);
  for (const key of unsure) {
    const id = await until(`a repeat of ${key}`, () => write(call, key));
    acknowledged.push({ key, id });
  }
}

async function count(call: Call): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  let after = '';
  for (;;) {
    const reply = await call(`/api/models/orders?limit=1000&after=${after}`);
    const page = (await reply.json()) as { objects: { id: string; fields: { note: string } }[]; next: string | null };
    for (const { id, fields } of page.objects) found.set(fields.note, [...(found.get(fields.note) ?? []), id]);
    if (page.next === null) return found;
    after = page.next;
  }
}

const demo = await launch({ env: { TESTUDO_DEVICE: 'off' } });
const acknowledged: Written[] = [];
try {
  const call = await client(demo.url, 'ada');
  for (let index = 0; index < rounds; index += 1) await round(demo, call, index, acknowledged);
  const found = await count(call);
  const lost = acknowledged.filter(({ key, id }) => !found.get(key)?.includes(id));
  const twice = acknowledged.filter(({ key }) => (found.get(key)?.length ?? 0) > 1);
  console.log(
    `crash: ${rounds} rounds of SIGKILL under ${CLIENTS} clients, ${acknowledged.length} acknowledged, ${lost.length} lost, ${twice.length} double`,
  );
  process.exitCode = lost.length + twice.length > 0 ? 1 : 0;
} finally {
  await demo.stop();
}
