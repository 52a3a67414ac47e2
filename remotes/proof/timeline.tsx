import { placeWords } from './place.ts';
import type { TimelineEntry } from './proof-state.ts';

interface TimelineProps {
  /** newest first */
  readonly entries: readonly TimelineEntry[];
  readonly locale: string;
}

/** What happened, newest first, coloured by where. */
export function Timeline({ entries, locale }: TimelineProps) {
  return (
    <section className="proof-timeline t-card" aria-labelledby="proof-timeline">
      <h2 id="proof-timeline">What happened, and where</h2>
      <ol data-testid="timeline" tabIndex={0} aria-labelledby="proof-timeline">
        {entries.map((entry) => (
          <Entry key={entry.key} entry={entry} locale={locale} />
        ))}
      </ol>
      {entries.length === 0 && <p className="t-muted">Nothing yet. Place an order, or change one in another tab.</p>}
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
  const seconds = new Date(atMs).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
  return `${seconds}.${String(atMs % 1000).padStart(3, '0')}`;
}
