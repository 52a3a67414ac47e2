import type { PortRequest } from '@testudo/fabric/port/port-api';
import { callPort } from '@testudo/fabric/port/call-port';
import { modelObject } from '@testudo/fabric/spec/model-object';
import type { Adapter, PortCall } from '@testudo/fabric/spec/port-spec';
import type { ModelSpec } from '@testudo/fabric/spec/model-spec';

import { nodePlatform } from '../server-bridge/node-platform.ts';
import { interleave, oneAtATime, summarise } from './measure.ts';
import type { Group, Round, Row } from './measure.ts';

const CALLS = 20_000;
const LIMIT_US = 2;
const ROUNDS = 11;

const adapter: Adapter = () => () => ({ pickId: 'p1' });
const spec: ModelSpec = {
  modelName: 'order',
  endpoint: 'orders',
  factory: () => (input) => input,
  ports: { pick: { type: 'outbound' } },
  accessControlList: {},
};
const request: PortRequest = {
  modelName: 'order',
  port: 'pick',
  id: 'o1',
  fields: { note: 'two shields', totalCents: 300 },
  version: 1,
  args: [],
  idempotencyKey: 'k1',
  timeoutMs: 0,
};

/** As the realm's program calls a port, with what it has bound. */
function portRound(timeoutMs: number): Round {
  const platform = nodePlatform((error) => console.error(error));
  const options = { bound: { adapters: [{ name: 'bench#pick', adapter }], service: undefined }, platform };
  return () => microseconds(() => callPort(spec, { ...request, timeoutMs }, options));
}

function bareRound(): Round {
  const { port, args, idempotencyKey } = request;
  const call: PortCall = {
    model: modelObject(request),
    port,
    args,
    idempotencyKey,
    signal: new AbortController().signal,
  };
  return () => microseconds(async () => adapter(undefined)(call));
}

/** Processor time, not that of the clock: others on the machine then cost these calls nothing. */
async function microseconds(call: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await oneAtATime(CALLS, call);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / CALLS;
}

/** What a port costs more than its bare adapter, from round to round. */
async function extra(name: string, timeoutMs: number): Promise<Row> {
  const [ours, bare] = await interleave([portRound(timeoutMs), bareRound()], ROUNDS);
  const samples = (ours?.samples ?? []).map((value, index) => value - (bare?.samples[index] ?? Number.NaN));
  const { median: value, spread } = summarise(samples);
  const peer = `bare adapter function (${(bare?.median ?? 0).toFixed(2)} µs)`;
  return { name, value, unit: 'µs more', limit: LIMIT_US, peer, ratio: null, ok: value <= LIMIT_US, spread };
}

/** What a call through a port adds to its adapter: resident build, no flow, nothing kept. */
export const portCall: Group = {
  name: 'port call',
  run: async () => [await extra('port call, inline', 0), await extra('port call, inline, with its time limit', 12_000)],
};
