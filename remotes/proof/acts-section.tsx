import { useRef } from 'react';

import { ActCard } from './act-card.tsx';
import type { ActContext } from './acts/act.ts';
import { killServer } from './acts/kill-server.ts';
import { cutNetwork, reconnectNetwork } from './acts/network.ts';
import type { CutMemory } from './acts/network.ts';
import { tamper } from './acts/tamper.ts';
import { DeployCard } from './deploy-card.tsx';
import { evidence } from './evidence.ts';
import { LoadCard } from './load-card.tsx';
import { MoveCard } from './move-card.tsx';
import { PartnerCard } from './partner-card.tsx';
import type { Demo } from './use-demo.ts';

interface ActsSectionProps {
  readonly context: Omit<ActContext, 'say'>;
  readonly demo: Demo;
  readonly typed: string;
  readonly onType: (text: string) => void;
}

/** Acts to try the claim with. Each one is real, and says what came of it. */
export function ActsSection({ context, demo, typed, onType }: ActsSectionProps) {
  return (
    <section className="t-stack" aria-labelledby="proof-acts">
      <div>
        <h2 id="proof-acts" tabIndex={-1}>
          Now try to break it
        </h2>
        <p className="t-muted">
          Each button does what it says, to real processes on this machine, and prints what it counted. Below it are the
          test that holds it, and the code that is responsible.
        </p>
      </div>
      {demo.status === 'there' ? (
        <Acts context={context} demo={demo} typed={typed} onType={onType} />
      ) : (
        <Absent status={demo.status} />
      )}
    </section>
  );
}

function Acts({ context, demo, typed, onType }: ActsSectionProps) {
  const memory = useRef<CutMemory | null>(null);
  const cut = cutNetwork((kept) => (memory.current = kept), demo.hasDevice);
  const reconnect = reconnectNetwork(() => memory.current);
  return (
    <>
      <label className="proof-typed t-field">
        <span className="t-field__label">Type something first</span>
        <input
          className="t-input"
          data-testid="typed"
          value={typed}
          placeholder="It stays, whatever you press"
          onChange={({ target }) => onType(target.value)}
        />
      </label>
      <div className="proof-acts">
        <DeployCard context={context} />
        <ActCard
          context={context}
          title="Cut the network"
          text="Cuts this browser off, then changes one order here and on the device. Reconnect, and see what each has. A reload ends the cut."
          evidence={evidence.cut}
          buttons={[
            { name: 'cut', label: 'Cut and edit', act: cut },
            { name: 'reconnect', label: 'Reconnect', act: reconnect },
          ]}
        />
        <ActCard
          context={context}
          title="Kill the server"
          text="Ends its process at once, with six orders on their way. Every order that was acknowledged is then looked for on its successor."
          evidence={evidence.kill}
          buttons={[{ name: 'kill', label: 'Kill it', act: killServer, tone: 'danger' }]}
        />
        <PartnerCard context={context} />
        <ActCard
          context={context}
          title="Tamper with a byte"
          text="Alters one byte of a build of the shop on its way here, and tries to deploy that."
          evidence={evidence.tamper}
          buttons={[{ name: 'tamper', label: 'Alter and deploy', act: tamper }]}
        />
        <LoadCard context={context} sample={demo.sampleUrl} />
        <MoveCard context={context} />
      </div>
    </>
  );
}

const reasons = {
  asking: 'Asking the server for the demo …',
  there: '',
  absent:
    'The buttons that deploy, cut, kill, fail, tamper and move exist only in the demo on the server’s own machine. Here they are absent.',
  unreachable: 'The server does not answer, so there is nothing to try it with. The buttons come back with it.',
} as const;

function Absent({ status }: { readonly status: Demo['status'] }) {
  return (
    <p className="t-notice" data-testid="acts-absent">
      {reasons[status]}
    </p>
  );
}
