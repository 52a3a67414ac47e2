import type { HostEvent, ObjectState } from '@testudo/fabric';

import { failedStep, isAtEnd, way } from '../order-way.ts';
import type { WayStep } from '../order-way.ts';
import { getPartnerCalls, setMishaps } from '../server-api.ts';
import type { Mishap, PartnerCall } from '../server-api.ts';
import { shortId, timelineText } from '../timeline-text.ts';
import { waitForEvent } from '../wait-for-event.ts';
import { counted } from './act.ts';
import type { Act } from './act.ts';
import { createOrder } from './place-order.ts';

/** How long a partner is ill: for two calls, or for as many as are tried. */
export type Course = 'recovers' | 'stays closed';

const courses: { readonly [course in Course]: readonly Mishap[] } = {
  recovers: ['refused', 'unanswered'],
  'stays closed': Array.from({ length: 20 }, () => 'refused' as const),
};

/** Has a partner's next calls for one step go wrong, places an order, and tells what the partners noted of it. */
export function failPartner(course: Course, step: WayStep): Act {
  const { partner, act, verb } = step;
  return async ({ app, say }) => {
    await setMishaps({ partner, act, mishaps: courses[course] });
    try {
      let id = '';
      const isOurs = (event: HostEvent) => {
        if (event.type === 'port' && event.id === id) say(`${timelineText(event, 'here')} …`);
        return event.type === 'object' && event.state.id === id && isAtEnd(event.state);
      };
      const ended = waitForEvent(app.events, isOurs, 'the end of the order’s way');
      id = (await createOrder(app, `Placed: ${partner} ${course} (${verb})`)).state.id;
      const event = await ended;
      return event.type === 'object' ? courseText(event.state, step, await getPartnerCalls(id)) : '';
    } finally {
      await setMishaps({ partner, act, mishaps: [] });
    }
  };
}

const answers: { readonly [effect in PartnerCall['effect']]: string } = {
  first: 'done',
  undone: 'taken back',
  repeated: 'done before',
  refused: 'refused',
  unanswered: 'no answer',
};

/** What the partner noted of its calls for a step, what became of the order, and what was taken back of it. */
export function courseText(order: ObjectState, step: WayStep, calls: readonly PartnerCall[]): string {
  const asked = calls.filter(({ partner, act }) => partner === step.partner && act === step.act);
  const keys = new Set(asked.map(({ key }) => key)).size;
  const noted = isAll(asked, 'refused') ? 'each refused' : asked.map(({ effect }) => answers[effect]).join(', ');
  const log = `The ${step.partner} noted ${counted(asked.length, 'call')} to ${step.verb} under ${counted(keys, 'key')}: ${noted}.`;
  const failed = failedStep(order);
  if (failed === undefined) return `${log} Order ${shortId(order.id)} is complete, ${timesText(step.done, asked)}.`;
  return `${log} Order ${shortId(order.id)} is canceled: ${failed.error ?? 'no reason given'}. ${undoneText(calls)}`;
}

function timesText(done: string, calls: readonly PartnerCall[]): string {
  const times = calls.filter(({ effect }) => effect === 'first').length;
  return times === 1 ? `${done} once` : `${done} ${times} times`;
}

/** In the order in which the partners noted it. */
function undoneText(calls: readonly PartnerCall[]): string {
  const undone = calls
    .filter(({ effect }) => effect === 'undone')
    .map(({ partner, act }) => way.find((step) => step.partner === partner && step.undo === act)?.done ?? act);
  return undone.length === 0 ? 'Nothing had to be taken back.' : `Taken back, newest first: ${undone.join(', ')}.`;
}

function isAll(calls: readonly PartnerCall[], effect: PartnerCall['effect']): boolean {
  return calls.length > 1 && calls.every((call) => call.effect === effect);
}
