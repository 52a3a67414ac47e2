import { useState } from 'react';

import { ActCard } from './act-card.tsx';
import type { ActContext } from './acts/act.ts';
import { failPartner } from './acts/fail-partner.ts';
import { evidence } from './evidence.ts';
import { way } from './order-way.ts';
import type { WayStep } from './order-way.ts';
import { StepChoice } from './step-choice.tsx';

/** Makes a partner fail at a step that the user chooses: for two calls, or for all of them. */
export function PartnerCard({ context }: { readonly context: Omit<ActContext, 'say'> }) {
  const [step, setStep] = useState(way[0] as WayStep);
  return (
    <ActCard
      context={context}
      title="Fail a partner"
      text="A warehouse picks an order, a carrier ships, tracks and certifies it, a bank takes the money. Let one refuse a call and not answer the next, or refuse them all: what was done before is taken back, the last first."
      evidence={evidence.partner}
      buttons={[
        { name: 'fail', label: 'Fail twice', act: failPartner('recovers', step) },
        { name: 'close', label: 'Refuse all', act: failPartner('stays closed', step) },
      ]}
    >
      <StepChoice name="proof-step" legend="Which step fails" step={step} onChoose={setStep} />
    </ActCard>
  );
}
