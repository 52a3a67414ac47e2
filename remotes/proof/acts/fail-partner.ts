import type { DoneStep, HostEvent, ObjectState } from '@testudo/fabric';

import { getWarehouseCalls, setMishaps } from '../server-api.ts';
import type { Mishap, WarehouseCall } from '../server-api.ts';
import { shortId, timelineText } from '../timeline-text.ts';
import { waitForEvent } from '../wait-for-event.ts';
import { counted, textField } from './act.ts';
import type { Act } from './act.ts';
import { createOrder } from './place-order.ts';

/** How long the warehouse is ill: for two calls, or for as many as are tried. */
export type Course = 'recovers' | 'stays closed';

const courses: { readonly [course in Course]: readonly Mishap[] } = {
  recovers: ['refused', 'unanswered'],
  'stays closed': Array.from({ length: 20 }, () => 'refused' as const),
};

/** Has the warehouse's next calls go wrong, places an order, and tells how often it was asked and what came of it. */
export function failPartner(course: Course): Act {
  return async ({ app, say }) => {
    await setMishaps(courses[course]);
    try {
      let id = '';
      const isOurs = (event: HostEvent) => {
        if (event.type === 'port' && event.id === id) say(`${timelineText(event, 'here')} …`);
        return event.type === 'object' && event.state.id === id && pickOf(event.state) !== undefined;
      };
      const ended = waitForEvent(app.events, isOurs, 'the end of the calls to the warehouse');
      id = (await createOrder(app, `Placed: warehouse ${course}`)).state.id;
      const event = await ended;
      return event.type === 'object' ? courseText(event.state, await getWarehouseCalls(id)) : '';
    } finally {
      await setMishaps([]);
    }
  };
}

/** The last outcome of an order's pick; `undefined` while there is none. */
export function pickOf({ flow }: ObjectState): DoneStep | undefined {
  return flow?.done.filter(({ port }) => port === 'pickOrder').pop();
}

const answers: { readonly [effect in WarehouseCall['effect']]: string } = {
  first: 'picked',
  returned: 'taken back',
  repeated: 'picked before',
  refused: 'refused',
  unanswered: 'no answer',
};

/** What the warehouse noted of its calls for an order, and what the order says of them. */
export function courseText(order: ObjectState, calls: readonly WarehouseCall[]): string {
  const keys = new Set(calls.map(({ key }) => key)).size;
  const noted = isAll(calls, 'refused') ? 'each refused' : calls.map(({ effect }) => answers[effect]).join(', ');
  const asked = `The warehouse noted ${counted(calls.length, 'call')} under ${counted(keys, 'key')}: ${noted}.`;
  const pick = pickOf(order);
  if (pick?.status === 'done') {
    const picks = calls.filter(({ effect }) => effect === 'first').length;
    return `${asked} Order ${shortId(order.id)}: picked ${picks === 1 ? 'once' : `${picks} times`}, from shelf ${textField(order, 'shelf')}.`;
  }
  return `${asked} Order ${shortId(order.id)} is kept and says that it was not picked: ${pick?.error ?? 'no reason given'}.`;
}

function isAll(calls: readonly WarehouseCall[], effect: WarehouseCall['effect']): boolean {
  return calls.length > 1 && calls.every((call) => call.effect === effect);
}
