import type { HostReport } from '@testudo/fabric';

const runtimes: { readonly [runtime: string]: string } = {
  worker: 'web worker',
  node: 'Node worker thread',
  inline: 'the host’s own thread',
};
const stores: { readonly [datasource: string]: string } = {
  indexeddb: 'IndexedDB',
  sqlite: 'SQLite',
  memory: 'memory',
};

interface PaneFactsProps {
  readonly report: HostReport | undefined;
  /** the process id, where it is known; a browser tells none */
  readonly pid: number | undefined;
  readonly locale: string;
}

/** Where a host runs model code, where it keeps objects, and since when, in its own words. */
export function PaneFacts({ report, pid, locale }: PaneFactsProps) {
  const realm = report === undefined ? undefined : report.realms[Object.keys(report.realms)[0] ?? ''];
  const pending = report?.partitions.reduce((sum, partition) => sum + partition.pending, 0) ?? 0;
  const since = report === undefined ? '–' : new Date(report.startedMs).toLocaleTimeString(locale);
  return (
    <dl className="proof-facts">
      <Fact term="Runs in" text={realm === undefined ? '–' : (runtimes[realm.runtime] ?? realm.runtime)} />
      <Fact term="Sandbox" text={realm === undefined ? '–' : powersText(realm)} />
      <Fact
        term="Keeps in"
        text={report === undefined ? '–' : (stores[report.datasource.toLowerCase()] ?? report.datasource)}
      />
      <Fact term="Node" text={report?.node ?? '–'} />
      <Fact term="Up since" text={pid === undefined ? since : `${since} · pid ${pid}`} />
      {report?.role === 'authority' ? (
        <Fact term="Role" text="puts changes in order" />
      ) : (
        <Fact term="Unsent" text={String(pending)} />
      )}
    </dl>
  );
}

function powersText({ lockdown, powersRemoved }: HostReport['realms'][string]): string {
  return lockdown ? `${powersRemoved} powers removed` : `${powersRemoved} powers removed, not frozen`;
}

function Fact({ term, text }: { readonly term: string; readonly text: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd title={text}>{text}</dd>
    </div>
  );
}
