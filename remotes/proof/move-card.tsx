import { useState } from 'react';

import { ActCard } from './act-card.tsx';
import type { ActContext } from './acts/act.ts';
import { movePort } from './acts/move-port.ts';
import type { MoveRecord } from './acts/move-port.ts';
import { evidence } from './evidence.ts';
import { MoveTable } from './move-table.tsx';
import { way } from './order-way.ts';
import type { WayStep } from './order-way.ts';
import { StepChoice } from './step-choice.tsx';

/** Moves a port that the user chooses to the server and back, and lays the ways of the orders side by side. */
export function MoveCard({ context }: { readonly context: Omit<ActContext, 'say'> }) {
  const [step, setStep] = useState(way[way.length - 1] as WayStep);
  const [record, setRecord] = useState<MoveRecord | null>(null);
  return (
    <ActCard
      context={context}
      title="Move a port here or to the server"
      text="The same build is here and there, so where a step runs is configuration alone. Places an order, moves the step that you choose (what comes after it follows to the server), and places another: same trace, and what each step took where. Then all is again as the order’s model says: it has the bank asked by the server."
      evidence={evidence.move}
      isWide
      buttons={[
        { name: 'move', label: 'To the server', act: movePort(step, 'server', setRecord) },
        { name: 'back', label: 'Here', act: movePort(step, 'owner', setRecord) },
      ]}
      after={record !== null && <MoveTable record={record} ownNode={context.state().own?.node} />}
    >
      <StepChoice name="proof-move" legend="Which step moves" step={step} onChoose={setStep} />
    </ActCard>
  );
}
