import type { HostEvent, ObjectState } from '@testudo/fabric';

import { placeWords } from './place.ts';
import type { Place } from './place.ts';

type EventOf<Type extends HostEvent['type']> = Extract<HostEvent, { readonly type: Type }>;

/** The last six characters of an id; the first ones are a time, and alike for objects made together. */
export function shortId(id: string): string {
  return id.slice(-6);
}

/** What an event says, as one line; `place` is where it happened. */
export function timelineText(event: HostEvent, place: Place): string {
  switch (event.type) {
    case 'object':
      return objectText(event, place);
    case 'accepted':
      return `${event.modelName} ${shortId(event.id)} accepted as #${event.seq}`;
    case 'refused':
      return `${event.modelName} ${shortId(event.id)} refused: ${event.error.code}`;
    case 'dismissed':
      return `${event.modelName} ${shortId(event.id)}: the refusal was dismissed`;
    case 'domain':
      return `event ${event.name} (${event.modelName} ${shortId(event.id)})`;
    case 'port':
      return portText(event);
    case 'breaker':
      return `breaker of ${event.modelName}.${event.port}: ${event.former} → ${event.state}`;
    case 'link':
      return event.online ? 'connected to the mesh' : `connection gone: ${event.reason}`;
    case 'held':
      return `${event.modelName}: changes wait to be sent: ${event.error.code}`;
    case 'outdated':
      return `${event.modelName} waits for its newer build`;
    case 'peers':
      return 'a node joined, changed or left';
    case 'compacted':
      return `${event.modelName}: the log was compacted up to #${event.floor}`;
    case 'storage':
      return 'its storage refuses something, or takes it again';
    case 'build':
      return buildText(event);
    case 'sink':
      return `${event.batch.sink}: ${event.batch.records.length} of ${event.batch.modelName} forwarded`;
    case 'configured':
      return 'its configuration has changed';
    case 'snapshot':
      return `catalogue revision ${event.revision} in force`;
    case 'realm':
      return `realm ${event.realm} ${event.phase}`;
  }
}

const acts = {
  create: 'created',
  update: 'changed',
  delete: 'removed',
  command: 'changed by a command',
  'take-over': 'taken over with its flow',
  'hand-over': 'handed over',
} as const;

const pushed = {
  create: 'accepted a new',
  update: 'accepted a change of',
  delete: 'accepted the removal of',
  command: 'accepted a command to',
  flow: 'accepted a step of',
  'take-over': 'took over the flow of',
  'hand-over': 'was handed',
} as const;

function objectText({ modelName, state, origin, kind }: EventOf<'object'>, place: Place): string {
  const name = nameOf(modelName, state);
  const act = kind ?? actOf(state);
  if (origin === 'push') return `${pushed[act]} ${nameOf(modelName, state, '')} from a device`;
  if (origin === 'feed') return `${name} received from the server`;
  if (act === 'flow') return `a step of ${name} done · saved ${placeWords[place].at}`;
  return `${name} ${acts[act]} · saved ${placeWords[place].at}`;
}

/** What a replica does not tell of its own changes can be seen in their outcome. */
function actOf({ version, deleted }: ObjectState): 'create' | 'update' | 'delete' {
  if (deleted) return 'delete';
  return version === 1 ? 'create' : 'update';
}

/** Other models come in bulk: without ids, so that equal lines can be counted together. */
function nameOf(modelName: string, { id, version }: ObjectState, versionText = ` v${version}`): string {
  return modelName === 'order' ? `order ${shortId(id)}${versionText}` : modelName;
}

const doing = { call: '', undo: 'undo of ', fallback: 'fallback of ', failed: 'failure of ' } as const;

function portText({ port, act = 'call', phase, key, durationMs, error }: EventOf<'port'>): string {
  const what = `${doing[act]}${port}`;
  switch (phase) {
    case 'call':
      return `${what} called (key …${key.slice(-10)})`;
    case 'done':
      return `${what} done in ${durationMs} ms`;
    case 'retry':
      return `${what} tried again after ${error?.code ?? 'a failure'}`;
    case 'failed':
      return `${what} failed: ${error?.code ?? 'no reason given'}`;
    case 'waiting':
      return `${what} waits for the network`;
    case 'superseded':
      return `${what}: another host has taken the flow over`;
  }
}

function buildText({ remote, build, phase, error }: EventOf<'build'>): string {
  switch (phase) {
    case 'admitted':
      return `${remote} build ${build} verified and admitted`;
    case 'switched':
      return `${remote} build ${build} took over`;
    case 'evicted':
      return `${remote} build ${build} drained and removed`;
    case 'refused':
      return `${remote} build ${build} refused: ${error?.code ?? 'no reason given'}`;
  }
}
