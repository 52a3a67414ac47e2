import { TestudoError } from '../error.ts';
import type { Datasource } from '../store/datasource.ts';
import type { Decision } from '../spec/decision.ts';
import { asPlain } from '../sync/keys.ts';

/** What became of a decision in a realm where nothing else ran. */
export interface Trial {
  /** why the realm ended, `null` where it did not */
  readonly reason: string | null;
  /** @throws what the decision failed with */
  decision(): Decision;
}

/** An op whose decision its realm may not outlive. */
export interface SuspectOp {
  /** equal for the same op alone, however often it comes; '' for one that cannot be told from others */
  key(): string;
  /** begins the message of its refusal */
  readonly what: string;
  /** of the model: another build may decide otherwise */
  readonly build: string;
  /** Decides it in a fresh realm where nothing else runs. @throws where no such realm could be had */
  tryAlone(): Promise<Trial>;
}

export interface DeadlyBookOptions {
  readonly datasource: Pick<Datasource, 'commit'>;
  onError(error: unknown): void;
}

/** An op and its trials, as it is kept. */
export interface DeadlyNote {
  readonly key: string;
  readonly build: string;
  /** trials that were begun, each noted before it began; without deaths that were cleared */
  readonly begun: number;
  /** those since it was cleared that its realm did not outlive, and why the last one did not */
  readonly deaths: number;
  readonly reason: string;
  /** those that it did outlive */
  readonly cleared: number;
}

type Standing = { -readonly [K in keyof DeadlyNote]: DeadlyNote[K] } & {
  /** `suspect`: tried when it comes next; `tried`: at this moment, or soon; `free`: to be decided */
  state: 'suspect' | 'tried' | 'free';
};

/** Where notes of ops are kept that have ended a realm: one record. */
export const deadlyRecord = { collection: 'meta', key: 'deadly' } as const;

/** So many realms that it had for itself an op may end; then it is refused. */
const DEATHS = 2;
/** So many trials of an op may come to nothing, for the host or the trial's realm was not there (any more). */
const CUT = 5;
/** Who was cleared so often is not decided beside others again. */
const CLEARED = 2;
/** Ops that are noted, at most; of more the oldest go, first of those that were refused. */
const NOTED = 100;
/** Ops that wait for their trial, at most: others are tried when they come again. */
const WAITING = 50;
const REASON_CHARS = 200;

function isDeadly({ begun, deaths, cleared }: DeadlyNote): boolean {
  return deaths >= DEATHS || begun - deaths - cleared >= CUT;
}

function refusalOf({ what }: Pick<SuspectOp, 'what'>, { begun, deaths, reason }: DeadlyNote): TestudoError {
  const found = deaths < DEATHS ? `${begun} trials of it were cut off` : `${deaths} times where nothing else ran`;
  return new TestudoError(
    'HOOK_TIMEOUT',
    `${what} ends the realm that decides it, ${found} (${reason}); change what it asks for, or have its model's code mended`,
  );
}

/**
 * Ops that were being decided when a realm ended, or the host. Each is decided again in a realm of its own, beside the
 * others: who was merely there when another op ended it is cleared, one that ends its own realm as well, twice, is
 * refused. What was found out is kept before anything else may end, so that in every order of restarts it is found out.
 */
export class DeadlyBook {
  readonly #options: DeadlyBookOptions;
  readonly #notes = new Map<string, Standing>();
  #waiting = 0;
  #trials: Promise<unknown> = Promise.resolve();
  #saved: Promise<void> = Promise.resolve();
  #isToSave = false;

  /** @param kept the notes of this host's former lives */
  constructor(options: DeadlyBookOptions, kept: readonly DeadlyNote[]) {
    this.#options = options;
    for (const note of kept) this.#notes.set(note.key, { ...note, state: 'suspect' });
  }

  /**
   * An op comes to be decided: `null` where it is to be decided beside others, else what was decided of it alone.
   * @throws TestudoError `HOOK_TIMEOUT`, a verdict, for a deadly op; `REALM_LOST` (retryable) for one that is being tried
   */
  async decide(op: SuspectOp): Promise<Decision | null> {
    const note = this.#noteOf(op);
    if (note === undefined) return null;
    if (isDeadly(note)) throw refusalOf(op, note);
    if (note.state === 'suspect') this.#try(op, note);
    if (note.state !== 'free') throw beingTried(op);
    if (note.cleared < CLEARED) return null;
    const { reason, decision } = await this.#inTurn(() => this.#hold(op, note));
    if (reason !== null) throw beingTried(op);
    this.outlived(op);
    return decision();
  }

  /** A realm has ended while this op was being decided in it. */
  suspect(op: SuspectOp): void {
    const note = this.#noteOf(op) ?? this.#begin(op);
    if (note?.state === 'free') this.#try(op, note);
  }

  /** The decision of this op takes long: should the host end with it, the next one knows. */
  notice(op: SuspectOp): void {
    if (this.#noteOf(op) === undefined && this.#begin(op) !== undefined) void this.#save();
  }

  /** Its realm has outlived this op's decision. */
  outlived(op: SuspectOp): void {
    if (this.#notes.size > 0 && this.#notes.delete(op.key())) void this.#save();
  }

  /** What another build did says nothing. */
  #noteOf(op: SuspectOp): Standing | undefined {
    const note = this.#notes.size === 0 ? undefined : this.#notes.get(op.key());
    if (note === undefined || note.build === op.build) return note;
    this.outlived(op);
    return undefined;
  }

  #begin({ key: keyOf, build }: SuspectOp): Standing | undefined {
    const key = keyOf();
    if (key === '') return undefined;
    if (this.#notes.size >= NOTED) this.#makeRoom();
    const note: Standing = { key, build, begun: 0, deaths: 0, reason: '', cleared: 0, state: 'free' };
    this.#notes.set(key, note);
    return note;
  }

  /** No more are being tried than may wait for it: there is another one. */
  #makeRoom(): void {
    const notes = Array.from(this.#notes.values());
    const oldest = notes.find(isDeadly) ?? notes.find(({ state }) => state !== 'tried');
    if (oldest !== undefined) this.#notes.delete(oldest.key);
  }

  #try(op: SuspectOp, note: Standing): void {
    note.state = 'suspect';
    if (this.#waiting >= WAITING) return void this.#save();
    note.state = 'tried';
    this.#waiting += 1;
    const over = (): void => {
      this.#waiting -= 1;
      note.state = 'free';
      if (isDeadly(note)) this.#options.onError(refusalOf(op, note));
    };
    this.#inTurn(() => this.#convict(op, note))
      .catch((error: unknown) => this.#options.onError(error))
      .then(over, over);
  }

  async #convict(op: SuspectOp, note: Standing): Promise<void> {
    while (!isDeadly(note)) if ((await this.#hold(op, note)).reason === null) return;
  }

  async #hold(op: SuspectOp, note: Standing): Promise<Trial> {
    note.begun += 1;
    await this.#save();
    const trial = await op.tryAlone();
    if (trial.reason === null) clear(note);
    else Object.assign(note, { deaths: note.deaths + 1, reason: trial.reason.slice(0, REASON_CHARS) });
    await this.#save();
    return trial;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#trials.then(work);
    this.#trials = done.catch(() => undefined);
    return done;
  }

  /** All that is asked for while a commit runs goes into the next one. What cannot be kept is known until the host ends. */
  #save(): Promise<void> {
    if (this.#isToSave) return this.#saved;
    this.#isToSave = true;
    const { datasource, onError } = this.#options;
    const commit = (): Promise<void> => {
      this.#isToSave = false;
      const value = Array.from(this.#notes.values(), ({ state: _state, ...note }) => asPlain(note));
      return datasource.commit([{ ...deadlyRecord, value: value.length === 0 ? undefined : value }]);
    };
    this.#saved = this.#saved.then(commit).catch(onError);
    return this.#saved;
  }
}

/** A realm may end for want of processor time: who outlives the next trial is not held to account for that. */
function clear(note: Standing): void {
  Object.assign(note, { begun: note.begun - note.deaths, deaths: 0, cleared: note.cleared + 1 });
}

function beingTried({ what }: Pick<SuspectOp, 'what'>): TestudoError {
  return new TestudoError('REALM_LOST', `${what} is being tried in a realm of its own; push it again`);
}
