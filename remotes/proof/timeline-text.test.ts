import type { HostEvent, ObjectState } from '@testudo/fabric';
import { expect, test } from 'vitest';

import type { Place } from './place.ts';
import { timelineText } from './timeline-text.ts';

const id = '0193b2c4-0000-7000-8000-0000000abcde';
const state = { id, version: 2 } as ObjectState;
const say = (event: object, place: Place = 'here') =>
  timelineText({ atMs: 0, node: 'n', ...event } as HostEvent, place);
const object = { type: 'object', modelName: 'order', state, origin: 'local', kind: 'create', opId: null };
const port = { type: 'port', modelName: 'order', port: 'pickOrder', id, key: `${id}.pickOrder.7`, durationMs: 38 };
const build = { type: 'build', remote: 'order', build: 'b2' };

test.for([
  ['a write made here says that it is saved here', object, 'here', 'order 0abcde v2 created · saved here'],
  ['a write made elsewhere says where it is saved', object, 'server', 'order 0abcde v2 created · saved on the server'],
  [
    'what the feed brought says so',
    { ...object, origin: 'feed' },
    'device',
    'order 0abcde v2 received from the server',
  ],
  [
    'what a device asks for is accepted',
    { ...object, origin: 'push' },
    'server',
    'accepted a new order 0abcde from a device',
  ],
  [
    'a flow step of a device is accepted as such',
    { ...object, origin: 'push', kind: 'flow' },
    'server',
    'accepted a step of order 0abcde from a device',
  ],
  [
    'a first version of unknown kind was created',
    { ...object, kind: null, state: { ...state, version: 1 } },
    'here',
    'order 0abcde v1 created · saved here',
  ],
  [
    'a later version of unknown kind was changed',
    { ...object, kind: null },
    'here',
    'order 0abcde v2 changed · saved here',
  ],
  [
    'a deleted one of unknown kind was removed',
    { ...object, kind: null, state: { ...state, deleted: true } },
    'here',
    'order 0abcde v2 removed · saved here',
  ],
  ['a change of the mesh names no one', { type: 'peers' }, 'server', 'a node joined, changed or left'],
  [
    'other models have no id',
    { ...object, modelName: 'inventory', origin: 'feed' },
    'here',
    'inventory received from the server',
  ],
  [
    'an acceptance has its number',
    { type: 'accepted', modelName: 'order', id, opId: 'x', seq: 12 },
    'server',
    'order 0abcde accepted as #12',
  ],
  ['a port call shows the end of its key', { ...port, phase: 'call' }, 'here', 'pickOrder called (key …ickOrder.7)'],
  ['what is taken back says so', { ...port, act: 'undo', phase: 'done' }, 'here', 'undo of pickOrder done in 38 ms'],
  ['a port result shows its time', { ...port, phase: 'done' }, 'here', 'pickOrder done in 38 ms'],
  [
    'a failed port shows its code',
    { ...port, phase: 'failed', error: { code: 'PORT_TIMEOUT', message: '' } },
    'here',
    'pickOrder failed: PORT_TIMEOUT',
  ],
  ['a build that takes over', { ...build, phase: 'switched' }, 'here', 'order build b2 took over'],
  [
    'a refused build shows its code',
    { ...build, phase: 'refused', error: { code: 'INTEGRITY_MISMATCH', message: '' } },
    'here',
    'order build b2 refused: INTEGRITY_MISMATCH',
  ],
  [
    'a lost link shows its reason',
    { type: 'link', online: false, reason: 'socket closed' },
    'here',
    'connection gone: socket closed',
  ],
] as const)('%s', ([, event, place, text]) => {
  expect(say(event, place)).toBe(text);
});
