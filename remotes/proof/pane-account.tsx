import type { HostReport, StorageStanding } from '@testudo/fabric';
import { useEffect, useState } from 'react';

import { breakerLines, flowLines, portLines, processLines, realmLines } from './account-text.ts';
import type { AccountLine } from './account-text.ts';
import { counted } from './acts/act.ts';
import type { Place } from './place.ts';
import { storeLines } from './store-lines.ts';

interface PaneAccountProps {
  readonly place: Place;
  readonly title: string;
  /** what the host told when it was asked last: all of `inspect()` */
  readonly report: HostReport;
  /** Keeps the hosts' accounts current until what it returns is called. */
  readonly inspect: () => () => void;
  /** what this browser keeps; `undefined` of a host elsewhere */
  readonly storage: (() => Promise<StorageStanding>) | undefined;
}

/** Everything that a host says of itself, folded away until somebody wants to know. */
export function PaneAccount({ place, title, report, inspect, storage }: PaneAccountProps) {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => (isOpen ? inspect() : undefined), [isOpen, inspect]);
  return (
    <details
      className="proof-account"
      data-testid={`account-${place}`}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>
        Inspect<span className="t-visually-hidden"> {title.toLowerCase()}</span>
      </summary>
      {isOpen && <Account report={report} storage={storage} />}
    </details>
  );
}

function Account({ report, storage }: Pick<PaneAccountProps, 'report' | 'storage'>) {
  const [standing, setStanding] = useState<StorageStanding | null>(null);
  useEffect(() => {
    storage?.().then(setStanding, () => setStanding(null));
  }, [storage, report]);
  return (
    <div className="proof-account__parts">
      <Part title="Realms" lines={realmLines(report)} />
      <Part title="Process" lines={processLines(report)} />
      <Part title="Storage" lines={storeLines(report, standing)} empty="It keeps no model yet." />
      <Part title="Flows" lines={flowLines(report)} />
      <Part title="Breakers" lines={breakerLines(report)} empty="None has counted a call here." />
      <section>
        <h3>Models</h3>
        {byName(report.models).map((model) => (
          <Model key={model.modelName} model={model} report={report} />
        ))}
      </section>
    </div>
  );
}

function byName(models: HostReport['models']): HostReport['models'] {
  return [...models].sort((a, b) => (a.modelName < b.modelName ? -1 : 1));
}

function Model({ model, report }: { readonly model: HostReport['models'][number]; readonly report: HostReport }) {
  const { modelName, domain, schemaVersion } = model;
  const ports = portLines(report, modelName);
  return (
    <details className="proof-account__model" data-model={modelName}>
      <summary>
        <span>
          {modelName}{' '}
          <span className="t-muted">
            {domain} · schema {schemaVersion} · {counted(ports.length, 'port')}
          </span>
        </span>
      </summary>
      <Lines lines={ports} empty="It calls nobody, and nobody calls it." />
    </details>
  );
}

interface PartProps {
  readonly title: string;
  readonly lines: readonly AccountLine[];
  readonly empty?: string;
}

function Part({ title, lines, empty }: PartProps) {
  return (
    <section>
      <h3>{title}</h3>
      <Lines lines={lines} empty={empty} />
    </section>
  );
}

function Lines({ lines, empty }: { readonly lines: readonly AccountLine[]; readonly empty: string | undefined }) {
  if (lines.length === 0) return <p className="t-muted">{empty}</p>;
  return (
    <dl>
      {lines.map(({ key, term, text, tone }) => (
        <div key={key} data-tone={tone} data-line={term}>
          <dt>{term}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
