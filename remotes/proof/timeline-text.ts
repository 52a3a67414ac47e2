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
    case 'domain':
      return `event ${event.name} (${event.modelName} ${shortId(event.id)})`;
    case 'port':
      return portText(event);
    case 'link':
      return event.online ? 'connected to the mesh' : `connection gone: ${event.reason}`;
    case 'peers':
      return 'another node came, changed or went';
    case 'build':
      return buildText(event);
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
  command: 'commanded',
  flow: 'took a flow step',
} as const;

function objectText({ modelName, state, origin, kind }: EventOf<'object'>, place: Place): string {
  const name = nameOf(modelName, state);
  if (origin === 'feed') return `${name} received from the feed`;
  const act = kind === null ? '' : ` ${acts[kind]}`;
  if (origin === 'push') return `${name}${act} by a device, decided ${placeWords[place].at}`;
  return `${name}${act} · saved ${placeWords[place].at}`;
}

/** Other models come in bulk: without ids, so that equal lines can be counted together. */
function nameOf(modelName: string, { id, version }: ObjectState): string {
  return modelName === 'order' ? `order ${shortId(id)} v${version}` : modelName;
}

function portText({ port, phase, key, durationMs, error }: EventOf<'port'>): string {
  switch (phase) {
    case 'call':
      return `${port} called (key …${key.slice(-10)})`;
    case 'done':
      return `${port} done in ${durationMs} ms`;
    case 'retry':
      return `${port} tried again after ${error?.code ?? 'a failure'}`;
    case 'failed':
      return `${port} failed: ${error?.code ?? 'no reason given'}`;
    case 'waiting':
      return `${port} waits for the network`;
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
