import type { HostReport, ObjectState, StorageStanding } from '@testudo/fabric';

import { textField } from './acts/act.ts';
import { shortDigest } from './build-seal.ts';
import type { BuildSeal } from './build-seal.ts';
import { PaneAccount } from './pane-account.tsx';
import { PaneFacts } from './pane-facts.tsx';
import { PaneOrder } from './pane-order.tsx';
import type { Place } from './place.ts';
import { Tessera } from './tessera.tsx';

interface PaneProps {
  readonly place: Place;
  readonly title: string;
  /** `undefined` while this host does not answer */
  readonly report: HostReport | undefined;
  readonly pid?: number | undefined;
  readonly seal: BuildSeal | undefined;
  /** the order as this host has it */
  readonly order: ObjectState | undefined;
  /** the order that all panes are about */
  readonly newest: ObjectState | undefined;
  readonly locale: string;
  readonly inspect: () => () => void;
  readonly storage?: () => Promise<StorageStanding>;
}

/** One host: what it ran, where it keeps things, and the order as it has it. */
export function Pane({ place, title, report, pid, seal, order, newest, locale, inspect, storage }: PaneProps) {
  return (
    <article
      className="proof-pane"
      data-place={place}
      data-testid={`pane-${place}`}
      data-hash={seal?.digest ?? ''}
      data-order-id={order?.id ?? ''}
      data-note={textField(order, 'note')}
    >
      <header className="proof-pane__head">
        <h2>{title}</h2>
        <Presence place={place} report={report} />
      </header>
      <Seal seal={seal} />
      <PaneOrder order={order} newest={newest} place={place} />
      <PaneFacts report={report} pid={pid} locale={locale} />
      {report !== undefined && <PaneAccount {...{ place, title, report, inspect, storage }} />}
    </article>
  );
}

function Presence({ place, report }: Pick<PaneProps, 'place' | 'report'>) {
  if (report === undefined) return <span className="t-badge">{place === 'here' ? 'starting' : 'not heard'}</span>;
  return report.online || place === 'server' ? (
    <span className="t-badge t-badge--good">live</span>
  ) : (
    <span className="t-badge t-badge--warn">offline</span>
  );
}

function Seal({ seal }: Pick<PaneProps, 'seal'>) {
  return (
    <div className="proof-seal">
      <Tessera digest={seal?.digest ?? ''} />
      <div>
        <p className="proof-seal__build">
          order <code>{seal?.build ?? '–'}</code>
        </p>
        <p className="t-small t-muted">
          {seal === undefined ? 'has not run here yet' : <code title={seal.digest}>{shortDigest(seal.digest)}</code>}
        </p>
      </div>
    </div>
  );
}
