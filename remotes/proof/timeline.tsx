import { placeWords } from './place.ts';
import type { Place } from './place.ts';
import type { TimelineEntry } from './proof-state.ts';

interface TimelineProps {
  /** newest first */
  readonly entries: readonly TimelineEntry[];
  readonly locale: string;
}

const lanes: readonly Place[] = ['here', 'server', 'device'];

/** What happened, newest first, in a lane for each place. */
export function Timeline({ entries, locale }: TimelineProps) {
  return (
    <section className="proof-timeline t-stack" aria-labelledby="proof-timeline">
      <div>
        <h2 id="proof-timeline">What happened, and where</h2>
        <p className="t-muted">Newest first, by each host’s own clock.</p>
      </div>
      <div className="proof-lanes">
        <p className="proof-lanes__head" aria-hidden="true">
          {lanes.map((place) => (
            <span key={place} data-place={place}>
              {placeWords[place].label}
            </span>
          ))}
        </p>
        <ol data-testid="timeline" tabIndex={0} aria-labelledby="proof-timeline">
          {entries.map((entry) => (
            <Entry key={entry.key} entry={entry} locale={locale} />
          ))}
        </ol>
        {entries.length === 0 && (
          <p className="proof-lanes__empty t-muted">Nothing yet. Place an order, or change one in another tab.</p>
        )}
      </div>
    </section>
  );
}

function Entry({ entry, locale }: { readonly entry: TimelineEntry; readonly locale: string }) {
  return (
    <li className="proof-entry" data-place={entry.place} data-tone={entry.tone}>
      <time className="t-number t-muted">{timeText(entry.atMs, locale)}</time>
      <span className="proof-entry__place" title={entry.node}>
        {placeWords[entry.place].label}
      </span>
      <span className="proof-entry__text">
        {entry.text}
        {entry.times > 1 && <span className="t-muted t-number"> ×{entry.times}</span>}
      </span>
    </li>
  );
}

function timeText(atMs: number, locale: string): string {
  const seconds = new Date(atMs).toLocaleTimeString(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  });
  return `${seconds}.${String(atMs % 1000).padStart(3, '0')}`;
}
