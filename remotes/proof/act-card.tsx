import type { ReactNode } from 'react';

import { ActResult } from './act-result.tsx';
import type { Act, ActContext } from './acts/act.ts';
import { EvidenceLinks } from './evidence-links.tsx';
import type { Evidence } from './evidence.ts';
import { useAct } from './use-act.ts';

interface ActButtonSpec {
  readonly name: string;
  readonly label: string;
  readonly act: Act;
  readonly tone?: 'danger';
}

interface ActCardProps {
  readonly context: Omit<ActContext, 'say'>;
  readonly title: string;
  readonly text: string;
  readonly evidence: Evidence;
  readonly buttons: readonly ActButtonSpec[];
  /** over the whole row: its result is a wide one */
  readonly isWide?: boolean;
  readonly children?: ReactNode;
  /** a way on from the result */
  readonly after?: ReactNode;
}

/** A card with one or two acts, each with a line for what it says. While one runs, neither can be started. */
export function ActCard({ context, title, text, evidence, buttons, isWide, children, after }: ActCardProps) {
  const [first, second] = [useAct(context), useAct(context)];
  const acts = buttons.slice(0, 2).map((button, index) => ({ ...button, use: index === 0 ? first : second }));
  const isRunning = acts.some(({ use: [status] }) => status.phase === 'running');
  return (
    <article className={`proof-act t-card ${isWide ? 'proof-act--wide' : ''}`}>
      <h3>{title}</h3>
      <p className="t-muted t-small">{text}</p>
      {children}
      <div className="t-row">
        {/* not `disabled`: a button that has the focus would lose it */}
        {acts.map(({ name, label, act, tone, use: [, run] }) => (
          <button
            key={name}
            type="button"
            className={`t-button t-button--small ${tone === 'danger' ? 't-button--danger' : ''}`}
            data-testid={`act-${name}`}
            aria-disabled={isRunning}
            onClick={() => !isRunning && run(act)}
          >
            {label}
          </button>
        ))}
      </div>
      {acts.map(({ name, use: [status] }) => (
        <ActResult key={name} act={name} status={status} />
      ))}
      {after}
      <EvidenceLinks of={evidence} act={title} />
    </article>
  );
}
