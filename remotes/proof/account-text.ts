import type { HostReport } from '@testudo/fabric';

import { counted } from './acts/act.ts';

/** One line of a host's account: what it is about, and what is the case. */
export interface AccountLine {
  readonly key: string;
  readonly term: string;
  readonly text: string;
  readonly tone?: 'good' | 'warn' | 'bad';
}

type Realm = HostReport['realms'][string];
type Port = HostReport['ports'][number];

/** A line never begins with the dot. */
const between = '\u00a0· ';

const runtimes: { readonly [runtime in Realm['runtime']]: string } = {
  worker: 'web worker',
  node: 'Node thread',
  inline: 'the host’s own thread',
};

/** Each realm of a host: where it runs, whom it trusts, what it has been through. */
export function realmLines({ realms }: HostReport): readonly AccountLine[] {
  return Object.entries(realms).map(([name, realm]) => ({
    key: name,
    term: name,
    text: [
      runtimes[realm.runtime],
      realm.trust,
      counted(realm.remotes.length, 'remote'),
      counted(realm.restarts, 'restart'),
      `${counted(realm.calls, 'call')} under way`,
      `heap ${bytesText(realm.heapBytes, realm.runtime)}`,
    ].join(between),
    ...(realm.state === 'running' ? {} : { tone: 'warn' }),
  }));
}

/** The pool for ports that compute, and the process's memory. */
export function processLines({ compute, memoryBytes, realms }: HostReport): readonly AccountLine[] {
  const runtime = Object.values(realms)[0]?.runtime;
  const { min, max, running, busy, waiting } = compute;
  const pool = [`${min} to ${max}`, `${running} running, ${busy} busy`, `${counted(waiting, 'call')} waiting`];
  return [
    { key: 'pool', term: 'compute pool', text: pool.join(between) },
    { key: 'memory', term: 'memory', text: bytesText(memoryBytes, runtime) },
  ];
}

/** The ports of one model: what each is bound to, and where it runs if not at its flow's owner. */
export function portLines({ ports }: HostReport, modelName: string): readonly AccountLine[] {
  return ports
    .filter((port) => port.modelName === modelName)
    .map((port) => ({
      key: port.port,
      term: port.port,
      text: [boundText(port), placedText(port), port.disabled ? 'disabled' : '', port.compute ? 'in the pool' : '']
        .filter((part) => part !== '')
        .join(between),
      ...(port.disabled ? { tone: 'warn' } : {}),
    }));
}

function boundText({ type, adapters, service }: Port): string {
  const way = type === 'inbound' ? 'inbound' : '';
  const adapter = adapters.join(' + ');
  const bound = adapter === '' ? (type === 'inbound' ? '' : 'no adapter') : `→ ${adapter}`;
  const by = service === null ? '' : `by ${service.factory ?? `${service.name}, which nobody provides`}`;
  return [way, bound, by].filter((part) => part !== '').join(' ');
}

function placedText({ placement }: Port): string {
  return placement === 'owner' ? '' : `placed at the ${placement}`;
}

const tones = { closed: 'good', 'half-open': 'warn', open: 'bad' } as const;

/** The breakers that have counted calls. */
export function breakerLines({ breakers }: HostReport): readonly AccountLine[] {
  return breakers.map(({ modelName, port, state, calls, failures }) => ({
    key: `${modelName}.${port}`,
    term: `${modelName}.${port}`,
    text: [state.name, `${counted(calls, 'call')}, ${failures} failed`].join(between),
    tone: tones[state.name],
  }));
}

/** The flows that have not ended, by whose they are. */
export function flowLines({ flows }: HostReport): readonly AccountLine[] {
  const { unfinished, due, compensating, owners } = flows;
  const whole = [unfinished, `${counted(due, 'step')} due`, `${compensating} being taken back`].join(between);
  const total: AccountLine = {
    key: '',
    term: 'unfinished',
    text: unfinished === 0 ? 'none' : whole,
    ...(compensating > 0 ? { tone: 'warn' } : {}),
  };
  return [total, ...Object.entries(owners).map(([node, count]) => ({ key: node, term: node, text: String(count) }))];
}

/** A size in megabytes; what a browser keeps to itself is said to be so. */
function bytesText(bytes: number | null, runtime: Realm['runtime'] | undefined): string {
  if (bytes !== null) return `${(bytes / 1e6).toFixed(1)} MB`;
  return runtime === 'worker' ? 'not told by browsers' : 'not told';
}
