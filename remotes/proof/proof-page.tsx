import type { AppProps } from '@testudo/fabric';
import { useLayoutEffect, useRef, useState } from 'react';

import { ActsSection } from './acts-section.tsx';
import { Hero } from './hero.tsx';
import { Panes } from './panes.tsx';
import { RemoteMap } from './remote-map.tsx';
import { Timeline } from './timeline.tsx';
import { useDemo } from './use-demo.ts';
import { useProof } from './use-proof.ts';

/** The live proof: three hosts with one order, what happened in each, and acts to try them with. */
export function ProofPage({ app }: { readonly app: AppProps }) {
  const [proof, inspect] = useProof(app);
  const demo = useDemo(app);
  const [typed, setTyped] = useState('');
  const latest = useRef({ proof, typed });
  useLayoutEffect(() => {
    latest.current = { proof, typed };
  });
  const context = { app, state: () => latest.current.proof, typed: () => latest.current.typed };
  return (
    <div className="proof">
      <Hero context={context} isDemo={demo.status === 'there'} />
      <div className="proof-body t-page">
        <div className="t-stack">
          <Panes proof={proof} locale={app.platform.locale} inspect={inspect} storage={app.shell.storage} />
          <p className="t-muted t-small">
            The small mosaic is drawn from the digest of the bytes that run there: equal mosaics are equal bytes. In the
            coloured box is the order, as that place has it.
          </p>
        </div>
        {proof.trouble !== null && (
          <p className="t-notice t-notice--warn t-small">Could not be read just now. {proof.trouble}</p>
        )}
        <ActsSection context={context} demo={demo} typed={typed} onType={setTyped} />
        <Timeline entries={proof.timeline} locale={app.platform.locale} />
        <RemoteMap catalog={app.shell.catalog()} />
        <footer className="proof-footer t-muted t-small" data-testid="proof-build">
          build {__TESTUDO_BUILD__}
        </footer>
      </div>
    </div>
  );
}
