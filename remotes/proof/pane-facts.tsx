import type { HostReport } from '@testudo/fabric';

const runtimes: { readonly [runtime: string]: string } = { worker: 'web worker', node: 'Node worker thread', inline: 'in the host’s own thread' };
const stores: { readonly [datasource: string]: string } = { indexeddb: 'IndexedDB', sqlite: 'SQLite', memory: 'memory' };

/** Where a host runs model code, where it keeps objects, and since when, in its own words. */
export function PaneFacts({ report, locale }: { readonly report: HostReport | undefined; readonly locale: string }) {
  const realm = report === undefined ? undefined : report.realms[Object.keys(report.realms)[0] ?? ''];
  const pending = report?.partitions.reduce((sum, partition) => sum + partition.pending, 0) ?? 0;
  return (
    <dl className="proof-facts">
      <Fact term="Realm" text={realm === undefined ? '–' : `${runtimes[realm.runtime] ?? realm.runtime}${realm.lockdown ? ', locked down' : ''}`} />
      <Fact term="Keeps in" text={report === undefined ? '–' : (stores[report.datasource.toLowerCase()] ?? report.datasource)} />
      <Fact term="Node" text={report?.node ?? '–'} />
      <Fact term="Up since" text={report === undefined ? '–' : new Date(report.startedMs).toLocaleTimeString(locale)} />
      <Fact term={report?.role === 'authority' ? 'Role' : 'Unsent'} text={report?.role === 'authority' ? 'puts changes in order' : String(pending)} />
    </dl>
  );
}

function Fact({ term, text }: { readonly term: string; readonly text: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{text}</dd>
    </div>
  );
}
