import type { Principal } from '../access/principal.ts';
import { defineModel } from '../spec/define-model.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import type { PortSpec } from '../spec/port-spec.ts';
import type { FlowState } from '../record/object-state.ts';
import type { RunningHost } from '../host/host-options.ts';
import { modelWorld, type Adapters, type CalledPort, type ModelWorld } from './model-world.ts';
import { settled } from './virtual-platform.ts';

/** Owns what the flows are about. */
export const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
/** The ports of the flow, in order. */
export const steps = ['pick', 'ship', 'track', 'verify', 'pay'] as const;

/** Who is called, and how he behaves. */
export interface Partner {
  /** effects, in order */
  readonly log: string[];
  /** calls, in order */
  readonly calls: string[];
  /** ports at which he fails */
  readonly ill: Set<string>;
  /** ports at which he keeps his callers waiting */
  readonly slow: Set<string>;
  /** lets a caller go that he kept waiting */
  readonly held: Map<string, () => void>;
  readonly adapters: Adapters;
}

/** A model world whose partner is watched. */
export interface FlowWorld extends ModelWorld, Partner {
  flow(id: string): Promise<FlowState | null>;
  /** Lets a minute pass. */
  pass(): Promise<void>;
  /** Makes a thing: at the server, or at another host. @returns its id */
  place(host?: RunningHost): Promise<string>;
}

/** What a test changes of a port; `undefined` takes a key away. */
type PortChanges = { readonly [Key in keyof PortSpec]?: PortSpec[Key] | undefined };

/** A thing whose flow has five steps; each notes itself, and the last event is `thingPaid`. */
function spec(ports: { readonly [name: string]: PortChanges } = {}): ModelSpec {
  const flow = steps.map((name, index) => [
    name,
    known({
      type: 'outbound',
      consumesEvent: index === 0 ? 'thingCreated' : `${steps[index - 1]}Done`,
      producesEvent: `${name}Done`,
      maxRetry: 2,
      timeout: 0,
      undo: `un${name}`,
      callback: ({ model }) => ({ [name]: model.version }),
      ...ports[name],
    }),
  ]);
  const undos = steps.map((name) => [
    `un${name}`,
    known({ type: 'outbound', timeout: 0, callback: () => ({ [name]: undefined }), ...ports[`un${name}`] }),
  ]);
  return defineModel({
    modelName: 'thing',
    endpoint: 'things',
    factory: () => (input) => input,
    validate: ({ fields }) => {
      if (fields['ship'] === 'wrong') throw new Error('a thing is not shipped wrong');
    },
    ports: Object.fromEntries([...flow, ...undos]),
    commands: { cancel: { command: (model) => model.update({ state: 'CANCELED' }).compensate() } },
    accessControlList: { create: ['owner'], read: ['owner', 'role:clerk'], write: ['owner', 'role:clerk'] },
  }) as unknown as ModelSpec;
}

/** A port without the keys that a test took away. */
function known(port: PortChanges): PortSpec {
  return Object.fromEntries(Object.entries(port).filter(([, value]) => value !== undefined)) as unknown as PortSpec;
}

/** A partner that logs each call once a key; `ill` names the ports at which it fails, `slow` those that it keeps waiting. */
function partner(): Partner {
  const log: string[] = [];
  const calls: string[] = [];
  const ill = new Set<string>();
  const held = new Map<string, () => void>();
  const slow = new Set<string>();
  const keys = new Set<string>();
  const adapter: CalledPort = async ({ port, idempotencyKey }) => {
    const name = idempotencyKey.includes('.undo') ? `un${port.replace(/^un/, '')}` : port;
    calls.push(name);
    if (ill.has(name)) throw new Error(`${name} is ill`);
    if (slow.has(name)) await new Promise<void>((resolve) => held.set(name, resolve));
    if (!keys.has(idempotencyKey)) log.push(name);
    keys.add(idempotencyKey);
    return {};
  };
  const adapters: Adapters = Object.fromEntries(
    steps.flatMap((name) => [name, `un${name}`]).map((name) => [name, adapter]),
  );
  return { log, calls, ill, slow, held, adapters };
}

/** A server over things with a flow. @param ports changes of its ports, and of those that take them back (`un…`); `more`: other adapters */
export async function flowWorld(ports?: Parameters<typeof spec>[0], more: Adapters = {}): Promise<FlowWorld> {
  const others = partner();
  const made = await modelWorld(spec(ports), { ...others.adapters, ...more });
  const { server, platform } = made;
  const flow = async (id: string) => (await server.find('thing', id, ada)).flow;
  const pass = async (): Promise<void> => {
    for (let turn = 0; turn < 60; turn += 1) {
      await settled();
      platform.pass(1000);
    }
    await settled();
  };
  const place = async (host = server): Promise<string> => {
    const { state } = await host.write({ modelName: 'thing', kind: 'create', input: {} }, ada);
    await settled();
    return state.id;
  };
  return { ...made, ...others, flow, pass, place };
}
