import type { ObjectState } from '@testudo/fabric';

import { standingOf, way } from './order-way.ts';
import type { StepStanding } from './order-way.ts';

const words: { readonly [standing in StepStanding]: string } = {
  todo: 'to come',
  waiting: 'under way',
  done: 'done',
  failed: 'failed',
  canceled: 'not begun',
  undoing: 'being taken back',
  undone: 'taken back',
  'undo-failed': 'could not be taken back',
};

/** The five steps of an order's way, as one host has them. */
export function WayBar({ order }: { readonly order: ObjectState }) {
  return (
    <ol className="proof-way" aria-label="The order's way">
      {way.map((step) => {
        const standing = standingOf(order, step);
        return (
          <li key={step.port} data-step={step.port} data-standing={standing}>
            {step.verb}
            <span className="t-visually-hidden">: {words[standing]}</span>
          </li>
        );
      })}
    </ol>
  );
}
