import { hasCode } from '../error.ts';
import type { Plain } from '../plain.ts';
import type { Op } from '../record/op.ts';
import { plainEqual } from '../record/plain-equal.ts';
import type { Authority, CompactOptions, OpDraft } from '../sync/sync-api.ts';
import { ada, compactionWorld, dayMs, pushedOp, setN, type CompactionWorld } from './compaction-world.ts';

/** One thing that happens to an authority. */
export type Act =
  | { readonly act: 'submit'; readonly kind: OpDraft['kind']; readonly id: string; readonly hasRequest: boolean }
  | { readonly act: 'push'; readonly kind: OpDraft['kind']; readonly id: string; readonly many: number }
  | { readonly act: 'compact'; readonly options: CompactOptions }
  | { readonly act: 'restart' };

/** The same history twice: once compacted, once not. */
export class Twins {
  readonly world: CompactionWorld = compactionWorld();
  readonly other: CompactionWorld = compactionWorld();
  readonly pushed: Op[] = [];
  readonly requested: OpDraft[] = [];
  compacted!: Authority;
  whole!: Authority;

  /** Opens both anew on their records. */
  async open(): Promise<void> {
    this.compacted = await this.world.open();
    this.whole = await this.other.open();
  }

  async do(step: Act): Promise<void> {
    if (step.act === 'restart') return this.open();
    if (step.act === 'compact') return this.compact(step.options);
    if (step.act === 'push') return this.#push(step);
    const requestId = step.hasRequest ? `ada:${this.requested.length}` : '';
    const draft = setN(this.whole.seq, { kind: step.kind, id: step.id, requestId });
    if (step.hasRequest) this.requested.push(draft);
    await this.same((authority) => authority.submit(draft, ada));
  }

  /** Time passes for both, one is compacted. */
  async compact(options: CompactOptions): Promise<void> {
    for (const world of [this.world, this.other]) world.nowMs += dayMs;
    await this.compacted.compact(options);
  }

  async #push({ kind: first, id: of, many }: Act & { readonly act: 'push' }): Promise<void> {
    const from = this.pushed.length;
    for (let left = many; left > 0; left -= 1)
      this.pushed.push(pushedOp(this.pushed.length + 1, { kind: left === many ? first : 'update', id: of }));
    const request = { replica: 'ann', ops: this.pushed.slice(from) };
    await this.same((authority) => authority.push(request, ada));
  }

  /** Both give the same answer, or the same refusal; in words that may differ about what is gone. */
  async same(ask: (authority: Authority) => Promise<unknown>): Promise<void> {
    const [one, other] = await Promise.all([this.compacted, this.whole].map((each) => outcome(ask(each))));
    demandSame(one, other);
  }

  /** Asks both everything that can be asked. */
  async check(): Promise<void> {
    const { compacted, whole } = this;
    demandSame([compacted.seq, compacted.list()], [whole.seq, whole.list()]);
    await this.same((authority) => authority.push({ replica: 'ann', ops: this.pushed.slice(0, 1000) }, ada));
    for (const draft of this.requested) await this.same((authority) => authority.submit(draft, ada));
    for (const counter of [1, 50, 150].filter((each) => each <= this.pushed.length)) {
      const forged = { ...pushedOp(counter), input: 'forged' };
      await this.same((authority) => authority.push({ replica: 'ann', ops: [forged] }, ada));
    }
    for (let seq = 0; seq <= whole.seq; seq += Math.max(1, Math.floor(whole.seq / 7))) await this.#pull(seq);
    await this.#pull(compacted.floor);
  }

  #pull(seq: number): Promise<void> {
    const since = seq < this.compacted.floor ? null : `e1:${seq}`;
    const told = compactedSince(seq);
    return this.same((authority) =>
      authority.pull({ since: authority === this.compacted ? told : since, limit: 9 }, ada),
    );
  }
}

const compactedSince = (seq: number): string => `e1:${seq}`;

/** @throws Error that shows both */
function demandSame(one: unknown, other: unknown): void {
  if (plainEqual(one as Plain, other as Plain)) return;
  throw new Error(`compacted: ${JSON.stringify(one)}\nwhole: ${JSON.stringify(other)}`);
}

async function outcome(answer: Promise<unknown>): Promise<unknown> {
  try {
    return JSON.parse(JSON.stringify(await answer, (key, value: unknown) => (key === 'message' ? '' : value)));
  } catch (error) {
    if (hasCode(error)) return error.code;
    throw error;
  }
}
