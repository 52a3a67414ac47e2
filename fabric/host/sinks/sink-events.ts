import { hasCode } from '../../error.ts';
import { matcherOf } from '../../event/event-pattern.ts';
import type { ObjectState } from '../../record/object-state.ts';
import type { Op } from '../../record/op.ts';
import type { LogEntry, LogPage } from '../../sync/read-log.ts';
import type { ModelRegistry } from '../model-registry.ts';
import type { SinkEvent, SinkFilter } from './sink-api.ts';

/** What events are made with. */
export interface SinkEventsOptions {
  readonly registry: Pick<ModelRegistry, 'namesOf'>;
  /** Objects as they leave by a door. */
  present(modelName: string, states: readonly ObjectState[]): Promise<readonly ObjectState[]>;
}

/** Entries of the log as events, those that a sink asks for. @throws TestudoError a retryable code while no realm can present them */
export async function sinkEvents(
  terms: LogPage['terms'],
  entries: readonly LogEntry[],
  { registry, present, events }: SinkEventsOptions & Pick<SinkFilter, 'events'>,
): Promise<readonly SinkEvent[]> {
  const matchers = events.map(matcherOf);
  const wanted = entries
    .map((logged) => ({ ...logged, names: registry.namesOf(opOf(logged)) }))
    .filter(({ names }) => isWanted(names, events, matchers));
  const states = wanted.map(({ entry }) => entry.state);
  const shown = await presentAll(states, present);
  return wanted.map(({ entry, op, user, names }, index) => {
    const { id: objectId, modelName, version, owner, updatedMs: atMs, deleted } = entry.state;
    const { seq, opId, kind } = entry;
    const command = op === null ? null : op.step === null ? op.command : op.step.port;
    const fields = shown[index]?.fields ?? null;
    const id = `${terms.at(seq)}:${modelName}:${seq}`;
    const about = { names, modelName, objectId, version, kind, command, opId, user, owner, atMs, deleted, fields };
    return { type: 'change', id, seq, ...about };
  });
}

/** What fires no event, as the taking over of a flow, is for who wants all. */
function isWanted(
  names: readonly string[],
  events: readonly string[],
  matchers: readonly ((name: string) => boolean)[],
): boolean {
  return events.includes('*') || names.some((name) => matchers.some((matches) => matches(name)));
}

/** Of an op that is not kept any more its entry tells what it did, but no command and no step. */
function opOf({ entry, op }: LogEntry): Op {
  if (op !== null) return op;
  const { kind, state, opId } = entry;
  const unknown = { command: null, input: null, step: null, requestId: '', patch: { set: {}, unset: [], base: {} } };
  const { modelName, id, schemaVersion, updatedMs: atMs, version } = state;
  const about = { modelName, id, schemaVersion, atMs, baseVersion: version - 1, partition: '' };
  return { ...unknown, ...about, kind, replica: opId, counter: 0 };
}

/** One object that its model cannot present holds up no other: it is told without its fields. */
async function presentAll(
  states: readonly ObjectState[],
  present: (modelName: string, states: readonly ObjectState[]) => Promise<readonly ObjectState[]>,
): Promise<readonly (ObjectState | null)[]> {
  const [first] = states;
  if (first === undefined) return [];
  try {
    return await present(first.modelName, states);
  } catch (error) {
    if (isOfTheMoment(error)) throw error;
    if (states.length === 1) return [null];
  }
  const each = states.map((state) => presentAll([state], present));
  return (await Promise.all(each)).map(([state = null]) => state);
}

function isOfTheMoment(error: unknown): boolean {
  return hasCode(error) && error.retryable;
}
