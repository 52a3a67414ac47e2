import { hasCode, toWire } from '../../error.ts';
import type { Disposable } from '../../plain.ts';
import type { Platform } from '../../platform.ts';
import { backoffMs } from '../../port/backoff.ts';
import { pause } from '../../port/retry.ts';
import type { LogPage } from '../../sync/read-log.ts';
import type { Sink, SinkBatch, SinkFilter, SinkRecord, SinkStanding } from './sink-api.ts';
import { loadCursor, saveCursor, type SinkCursor, type SinkCursorPlace } from './sink-cursor.ts';
import { sinkEvents, type SinkEventsOptions } from './sink-events.ts';

/** The changes of one model, as whoever puts them in order has them. */
export interface SinkSource {
  readonly modelName: string;
  readonly seq: number;
  log(since: number, limit: number): Promise<LogPage>;
  onAccepted(listener: () => void): Disposable;
}

export interface SinkDriverOptions extends SinkCursorPlace, SinkEventsOptions {
  readonly to: Sink;
  readonly filter: SinkFilter;
  readonly source: SinkSource;
  readonly platform: Pick<Platform, 'timer' | 'random' | 'onError'>;
}

/** What is delivered next, and up to where that goes; `records` may be none: nothing of it is asked for. */
interface Portion {
  readonly records: readonly SinkRecord[];
  readonly until: number;
  /** of the last one */
  readonly term: string;
}

const batchSize = 100;
/** passed changes that nobody asked for, after which the cursor is kept */
const passedAtMost = 1000;
/** after so long an idle sink's cursor is kept, if it has passed anything */
const keptAfterMs = 60_000;

/**
 * Delivers a partition's changes to a sink in their order, one batch at a time, at least once. It reads the log at the
 * sink's pace and holds one batch in memory, so that a slow or dead sink holds nobody up.
 */
export class SinkDriver {
  readonly #options: SinkDriverOptions;
  readonly #end = new AbortController();
  readonly #listening: Disposable;
  /** changes in a batch: fewer, once the receiver has found one too large */
  #most = batchSize;
  #cursor: SinkCursor | null = null;
  #keptSeq = 0;
  #state: SinkStanding['state'] = 'idle';
  #failures = 0;
  #error: string | null = null;
  #run: Promise<void> | null = null;
  #keeping: Disposable | null = null;
  #isMore = false;

  constructor(options: SinkDriverOptions) {
    this.#options = options;
    this.#listening = options.source.onAccepted(() => this.wake());
    this.wake();
  }

  /** There may be something to deliver. */
  wake(): void {
    this.#isMore = true;
    if (this.#run !== null || this.#state === 'stopped' || this.#end.signal.aborted) return;
    this.#run = this.#deliverAll().finally(() => {
      this.#run = null;
      if (this.#isMore) this.wake();
    });
  }

  standing(): SinkStanding {
    const { sink, to, source } = this.#options;
    const seq = this.#cursor?.seq ?? 0;
    const behind = Math.max(0, source.seq - seq);
    const { kind, target } = to;
    const so = { state: this.#state, failures: this.#failures, error: this.#error };
    return { sink, kind, target, modelName: source.modelName, seq, behind, ...so };
  }

  /** Ends what is under way; it is delivered again after the next start. */
  async close(): Promise<void> {
    this.#listening.dispose();
    this.#keeping?.dispose();
    this.#end.abort(new Error('the host ends'));
    await this.#run;
    const { onError } = this.#options.platform;
    if (this.#cursor !== null && this.#cursor.seq > this.#keptSeq) await this.#keep(this.#cursor).catch(onError);
  }

  /** Never rejects: what fails is tried again, until the end. */
  async #deliverAll(): Promise<void> {
    while (!this.#end.signal.aborted && this.#state !== 'stopped') {
      this.#isMore = false;
      try {
        if (!(await this.#deliverNext())) break;
        this.#failures = 0;
        this.#error = null;
      } catch (error) {
        if (this.#end.signal.aborted) break;
        await this.#failed(error);
      }
    }
    if (this.#state !== 'stopped') this.#state = 'idle';
    this.#keepSoon();
  }

  /** What was passed is not passed again after a crash, when the log may not have it any more. */
  #keepSoon(): void {
    const { platform } = this.#options;
    const isKept = this.#cursor === null || this.#cursor.seq <= this.#keptSeq;
    if (isKept || this.#keeping !== null || this.#end.signal.aborted) return;
    this.#keeping = platform.timer(keptAfterMs, () => {
      this.#keeping = null;
      const cursor = this.#cursor;
      if (cursor === null || this.#run !== null) return;
      const kept = (): void => void (this.#keptSeq = Math.max(this.#keptSeq, cursor.seq));
      saveCursor(this.#options, cursor).then(kept, (error: unknown) => platform.onError(error));
    });
  }

  async #failed(error: unknown): Promise<void> {
    const { platform } = this.#options;
    this.#failures += 1;
    this.#error = toWire(error).message.slice(0, 300);
    this.#state = 'waiting';
    if (this.#failures === 1) platform.onError(error);
    const random = (platform.random(1)[0] ?? 0) / 256;
    await pause(backoffMs(this.#failures, random), platform, this.#end.signal).catch(() => undefined);
  }

  /** Whether there was anything. */
  async #deliverNext(): Promise<boolean> {
    const { source } = this.#options;
    const cursor = (this.#cursor ??= await this.#begin());
    if (cursor.gone === this.#configured) {
      this.#state = 'stopped';
      return false;
    }
    const limit = cursor.until === null ? this.#most : cursor.until - cursor.seq;
    const page = await source.log(cursor.seq, Math.max(1, limit));
    if (!isOf(page, cursor)) return this.#deliverAnew(page, cursor);
    if (cursor.seq === page.seq) return false;
    const portion = await this.#portion(cursor, page);
    const { records, until, term } = portion;
    if (records.length === 0) await this.#pass({ term, seq: until, until: null });
    else await this.#deliver(cursor, portion);
    return true;
  }

  /** Where this sink has got to, or where one that is new begins. */
  async #begin(): Promise<SinkCursor> {
    const { filter, source, platform } = this.#options;
    let { from } = filter;
    const known = await loadCursor(this.#options, (error) => {
      from = 'start';
      platform.onError(error);
    });
    this.#keptSeq = known?.seq ?? 0;
    if (known !== null) return known;
    const { terms, seq: latest } = await source.log(source.seq, 1);
    const seq = from === 'now' ? latest : 0;
    const fresh = { term: terms.at(seq), seq, until: null };
    await this.#keep(fresh);
    return fresh;
  }

  async #portion({ seq }: SinkCursor, { entries, through, terms }: LogPage): Promise<Portion> {
    const { modelName } = this.#options.source;
    const first = entries[0]?.entry.seq ?? through + 1;
    if (first > seq + 1) {
      const gap = { type: 'gap', modelName, from: seq + 1, to: first - 1 } as const;
      return { records: [gap], until: gap.to, term: terms.at(gap.to) };
    }
    const gapless = entries.filter(({ entry }, index) => entry.seq === first + index);
    const { registry, present, filter } = this.#options;
    const records = await sinkEvents(terms, gapless, { registry, present, events: filter.events });
    const until = first + gapless.length - 1;
    return { records, until, term: terms.at(until) };
  }

  /**
   * The batch is noted before it is delivered: whatever happens then, the same batch is delivered again. One that was
   * refused as too large is none: its first half is noted in its place.
   */
  async #deliver(cursor: SinkCursor, { records, until, term }: Portion): Promise<void> {
    const { sink, source } = this.#options;
    const { modelName } = source;
    const delivery = `${sink}/${modelName}/${term}/${cursor.seq + 1}-${until}`;
    if (cursor.until !== until) await this.#keep({ term: cursor.term, seq: cursor.seq, until });
    try {
      const isTaken = await this.#hand({ delivery, sink, modelName, records });
      await this.#keep(isTaken ? { term, seq: until, until: null } : { ...cursor, until, gone: this.#configured });
    } catch (error) {
      if (records.length < 2 || !hasCode(error) || error.code !== 'TOO_LARGE') throw error;
      this.#most = Math.ceil((until - cursor.seq) / 2);
      await this.#keep({ term: cursor.term, seq: cursor.seq, until: cursor.seq + this.#most });
    }
  }

  async #deliverAnew({ terms, seq }: LogPage, cursor: SinkCursor): Promise<true> {
    const { sink, source } = this.#options;
    const { modelName } = source;
    const isTaken = await this.#hand({
      delivery: `${sink}/${modelName}/${terms.at(seq)}/anew`,
      sink,
      modelName,
      records: [{ type: 'anew', modelName }],
    });
    const start = { term: terms.at(0), seq: 0, until: null };
    await this.#keep(isTaken ? start : { ...cursor, gone: this.#configured });
    return true;
  }

  /** Whether it was taken: who is gone stays so until he is configured otherwise. */
  async #hand(batch: SinkBatch): Promise<boolean> {
    this.#state = 'delivering';
    const answer = await this.#options.to.deliver(batch, this.#end.signal);
    if (answer === 'gone') this.#state = 'stopped';
    return answer !== 'gone';
  }

  /** The sink as it is configured, as text. */
  get #configured(): string {
    const { to, filter } = this.#options;
    return JSON.stringify([to.kind, to.place ?? to.target, filter.models ?? null, filter.events, filter.from]);
  }

  async #keep(cursor: SinkCursor): Promise<void> {
    await saveCursor(this.#options, cursor);
    this.#cursor = cursor;
    this.#keptSeq = cursor.seq;
  }

  async #pass(cursor: SinkCursor): Promise<void> {
    this.#cursor = cursor;
    if (cursor.seq - this.#keptSeq >= passedAtMost) await this.#keep(cursor);
  }
}

/** Whether a database has what was delivered last: then it has all before that, too. */
function isOf({ seq, terms }: LogPage, cursor: SinkCursor): boolean {
  return cursor.seq === 0 || (cursor.seq <= seq && terms.at(cursor.seq) === cursor.term);
}
