import type { MoveRecord, Placed } from './acts/move-port.ts';
import type { TracedStep } from './acts/trace-order.ts';
import { way } from './order-way.ts';
import type { WayStep } from './order-way.ts';
import { placeOf, placeWords } from './place.ts';
import { shortId } from './timeline-text.ts';

const titles: { readonly [placed in Placed]: string } = { owner: 'Here', server: 'On the server' };

interface MoveTableProps {
  readonly record: MoveRecord;
  readonly ownNode: string | undefined;
}

/** The orders' ways side by side: for each step where its port ran, and how long it took there. */
export function MoveTable({ record: { step, runs }, ownNode }: MoveTableProps) {
  return (
    <table className="proof-move" data-testid="move-table">
      <caption className="t-visually-hidden">Where each step ran, and how long it took there</caption>
      <thead>
        <tr>
          <th scope="col">Step</th>
          {runs.map(({ placed, trace }) => (
            <th key={placed} scope="col">
              {titles[placed]} <code className="t-muted">{shortId(trace.id)}</code>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {way.map((each) => (
          <tr key={each.port} data-step={each.port} data-moved={each.port === step.port}>
            <th scope="row">{each.verb}</th>
            {runs.map((run) => (
              <StepCell key={run.placed} told={stepOf(run, each)} ownNode={ownNode} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function StepCell({ told, ownNode }: { readonly told: TracedStep | undefined; readonly ownNode: string | undefined }) {
  if (told === undefined) return <td>–</td>;
  const place = placeOf(told.node, ownNode);
  return (
    <td data-place={place} title={told.node}>
      <span className="t-number">{told.durationMs} ms</span>{' '}
      <span className="proof-move__place">{placeWords[place].label}</span>
    </td>
  );
}

function stepOf({ trace }: MoveRecord['runs'][number], { port }: WayStep): TracedStep | undefined {
  return trace.steps.find((step) => step.port === port);
}
