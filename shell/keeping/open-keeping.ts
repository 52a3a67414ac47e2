import type { HostReport, RefusedWrite } from '@testudo/fabric/host/host-api';

import { statusFor } from '../boot/status-holder.ts';
import { askPersistence } from './ask-persistence.ts';
import { evictionWords } from './eviction-words.ts';
import { formerOffer } from './former-offer.ts';
import { followHostReports, statusOf } from './host-status.ts';
import type { Keeping, KeepingParts } from './keeping-door.ts';
import { keptMarker } from './kept-marker.ts';
import { noticeEviction } from './notice-eviction.ts';
import { refusalNotice } from './refusal-notice.ts';
import { createRepairs } from './repairs.ts';
import { statusPanel } from './status-panel.ts';
import { createStatusVoice, statusWords } from './status-words.ts';
import { storageStanding } from './storage-standing.ts';
import { syncWatch } from './sync-watch.ts';
import { troubleNotices } from './troubles.ts';

/** What is known of the host by now. */
interface Known {
  online: boolean | null;
  pending: number | null;
  refused: readonly RefusedWrite[];
  held: readonly RefusedWrite[];
  report: HostReport | null;
}

/** Follows what is saved here, sent and refused, and what the browser keeps; shows it in the frame, tells applications. */
export function openKeeping(parts: KeepingParts): Keeping {
  const { client, events, platform, notices, holder, frame } = parts;
  const onError = (error: unknown): void => platform.onError(error);
  const known: Known = { online: null, pending: null, refused: [], held: [], report: null };
  const sync = syncWatch({ client, events, platform, frame, onError });
  const repairs = createRepairs(() => show());
  const storage = async () => storageStanding(await client.call((host) => host.report()), navigator.storage);
  const offer = parts.hasServer ? { offer: formerOffer({ client, user: parts.user, onError }) } : {};
  const panel = statusPanel({ ...offer, storage, repair: (refused) => repairs.of(refused), dismiss, onError });
  const say = createStatusVoice(parts.announce);
  const tellRefused = refusalNotice(notices, () => panel.open());
  const tellTroubles = troubleNotices(notices);
  const noteKept = evictionNotes(parts);

  function dismiss(refused: readonly RefusedWrite[]): void {
    for (const { modelName, opId } of refused) client.call((host) => host.dismiss(modelName, opId)).catch(onError);
  }
  function show(): void {
    const { online, pending, refused, held, report } = known;
    const isKept = !report?.troubles?.some(({ place }) => place === 'memory');
    const status = statusFor(pending === null ? { kind: 'starting' } : statusOf(online, pending), holder);
    holder.status = status;
    const counts = { refused: refused.length, held: held.length };
    panel.show({ ...statusWords(status, isKept, counts), kind: status.kind, refused, held });
    say(status);
    if (report && pending !== null) noteKept(report, pending);
  }

  holder.onChange = show;
  sync.watch(({ pending, refused, held }) => {
    Object.assign(known, { pending, refused, held });
    show();
    tellRefused(refused);
  });
  followHostReports({
    ...{ client, events, platform, onError },
    onReport(report, online) {
      Object.assign(known, { report, online });
      tellTroubles(report.troubles ?? []);
      show();
    },
  });
  askToKeep(parts);
  return {
    watchSync: (listener) => sync.watch(listener),
    onRepair: (name, repair) => repairs.add(name, repair),
    storage,
  };
}

function evictionNotes({
  storage,
  user,
  hasServer,
  platform,
  notices,
}: KeepingParts): ReturnType<typeof noticeEviction> {
  return noticeEviction({
    marker: keptMarker({ storage, page: document, user, isSecure: location.protocol === 'https:' }),
    platform,
    onEvicted(unsent) {
      const tone = unsent > 0 || !hasServer ? 'bad' : 'warn';
      notices.show({ key: 'evicted', tone, text: evictionWords(unsent, hasServer) });
    },
  });
}

function askToKeep({ events, storage, platform }: KeepingParts): void {
  askPersistence({
    events,
    storage: navigator.storage,
    notes: storage,
    isVisible: () => document.visibilityState === 'visible',
    onError: (error) => platform.onError(error),
  });
}
