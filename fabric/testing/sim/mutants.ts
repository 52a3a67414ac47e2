/** A fault that is planted by changing one line of the code under test. */
export interface Mutant {
  readonly name: string;
  /** file below `fabric/` */
  readonly file: string;
  /** the line, or the part of it, that is changed; it must be there exactly once */
  readonly find: string;
  readonly replace: string;
  /** of a plan that is known to find it, tried first; default: from 1 on */
  readonly seed?: number;
}

/** Faults of the kind that synchronisation is known for. Each breaks a law that the simulator watches. */
export const mutants: readonly Mutant[] = [
  {
    name: 'marks are not contiguous',
    file: 'sync/authority.ts',
    find: 'if (op.counter > mark + 1) break;',
    replace: '',
  },
  {
    name: 'a change is acknowledged before its commit',
    file: 'sync/commit-lane.ts',
    find: 'await this.#steps.commit(draft);',
    replace: 'this.#steps.commit(draft).catch(() => undefined);',
  },
  {
    name: 'pending ops are not rebased on the feed',
    file: 'sync/replica-book.ts',
    find: 'for (const pending of this.pendingOf(id)) state = project(state, pending);',
    replace: '',
  },
  {
    name: 'ops are recognised only from memory',
    file: 'sync/authority-book.ts',
    find: "book.marks.set(key, { user: '', ...(value as { readonly mark: number }) });",
    replace: 'void [key, value];',
    seed: 8,
  },
  {
    name: 'a lost reply is taken for a refusal',
    file: 'sync/exchange.ts',
    find: 'await link.push({ replica, ops, life });',
    replace: `await link.push({ replica, ops, life }).catch((error) => ({
      mark: (ops[ops.length - 1] as Op).counter,
      results: ops.map(({ counter }) => ({ counter, status: 'refused' as const, error: error.toWire() })),
    }));`,
  },
  {
    name: 'an op leaves the outbox before the feed has brought it',
    file: 'sync/replica-inbox.ts',
    find: 'this.#book.acceptedSeq.set(result.counter, result.seq);',
    replace: 'this.#book.removePending(result.counter);',
  },
  {
    name: 'the cursor is written in a commit of its own',
    file: 'sync/replica.ts',
    find: 'await this.#options.datasource.commit(draft.writes);',
    replace: `for (const isCursor of [true, false]) {
      await this.#options.datasource.commit(draft.writes.filter(({ key }) => (key === 'cursor') === isCursor));
    }`,
  },
  {
    name: 'a create is applied twice',
    file: 'record/next-state.ts',
    find: 'if (current === undefined) return null;',
    replace: 'return null;',
  },
  {
    name: 'a flow step is not fenced',
    file: 'record/next-state.ts',
    find: 'return fence(op, current.flow);',
    replace: 'return null;',
  },
  {
    name: 'a refusal does not advance the mark',
    file: 'sync/authority.ts',
    find: 'enter(draft, { op, result, user: principal.user }, null);',
    replace: '',
  },
  {
    name: 'the cursor of a page runs ahead of its entries',
    file: 'sync/authority-feed.ts',
    find: 'const seq = entries.length === 0 ? until : (entries[entries.length - 1] as FeedEntry).seq;',
    replace: 'const seq = until;',
  },
  {
    name: 'the feed goes on from the end of the snapshot',
    file: 'sync/authority-feed.ts',
    find: 'cursor: this.#cursor({ seq, seen: this.#book.seq, after: through }, view),',
    replace: 'cursor: this.#cursor({ seq: this.#book.seq, seen: this.#book.seq, after: through }, view),',
  },
  {
    name: 'an older entry of the feed replaces what a snapshot brought',
    file: 'sync/replica-inbox.ts',
    find: 'return known === undefined || seq > known.seq;',
    replace: 'return true;',
  },
  {
    name: 'a repeated request is recorded again after a restart',
    file: 'sync/replica.ts',
    find: 'const stored = await this.#options.datasource.get(this.#names.requests, requestId);',
    replace: 'const stored = undefined;',
    seed: 33,
  },
  {
    name: 'the counter is not kept',
    file: 'sync/replica.ts',
    find: "draft.put(this.#names.marks, 'counter', draft.counter);",
    replace: '{}',
    seed: 57,
  },
  {
    name: 'a failed commit stays in memory',
    file: 'sync/commit-lane.ts',
    find: 'if (failure === null) this.#steps.install(draft);',
    replace: 'this.#steps.install(draft);',
  },
  {
    name: 'a due step is known by its key alone',
    file: 'record/flow.ts',
    find: 'return due.key === key && due.port === port && due.event === event;',
    replace: 'void [port, event]; return due.key === key;',
  },
  {
    name: 'a fault of the judge is taken for a verdict',
    file: 'record/verdict.ts',
    find: "'TOO_LARGE',",
    replace: "'TOO_LARGE', 'INTERNAL',",
  },
  {
    name: 'a replica takes ops of any user',
    file: 'sync/authority.ts',
    find: "if (owner === '' || owner === user) continue;",
    replace: 'void [owner, user]; continue;',
  },
  {
    name: 'whose a replica is does not outlive a restart',
    file: 'sync/authority-book.ts',
    find: "book.marks.set(key, { user: '', ...(value as { readonly mark: number }) });",
    replace: "book.marks.set(key, { ...(value as { readonly mark: number }), user: '' });",
    seed: 12,
  },
  {
    name: 'the oldest step is taken back first',
    file: 'record/flow.ts',
    find: '.reverse();',
    replace: ';',
  },
  {
    name: 'what was taken back is taken back again',
    file: 'record/flow.ts',
    find: 'left: left.slice(1)',
    replace: 'left',
  },
  {
    name: 'a step that ends after the flow failed is not taken back',
    file: 'record/flow.ts',
    find: 'if (compensation && former.due.length === 0) return step === null ? flow : takenBackNext(flow, compensation, step);',
    replace: 'if (compensation) return takenBackNext === null ? former : flow;',
  },
  {
    name: 'a flow that is being taken back goes on',
    file: 'record/flow.ts',
    find: 'return { ...flow, compensation: { reason, left: flow.due.length',
    replace: 'return { ...flow, due: [...flow.due, ...effect.due], compensation: { reason, left: flow.due.length',
  },
  {
    name: 'what failed after its partner had done it is not taken back',
    file: 'record/flow.ts',
    find: "(status === 'done' || isAnswered === true)",
    replace: "(status === 'done' || isAnswered === null)",
  },
  {
    name: 'steps may be taken back in any order',
    file: 'record/flow.ts',
    find: 'return [nextUndo(flow)].filter((next) => next !== undefined);',
    replace: 'return flow.compensation?.left ?? [];',
    seed: 17,
  },
  {
    name: 'a step of a flow that goes on may be canceled',
    file: 'record/flow.ts',
    find: "return step.status === 'canceled' && !flow.compensation ? [] :",
    replace: 'return',
  },
  {
    name: 'a take-over keeps the epoch',
    file: 'record/flow-owner.ts',
    find: 'owner: authority, epoch: flow.epoch + 1',
    replace: 'owner: authority, epoch: flow.epoch',
  },
  {
    name: 'a late step of a former owner is accepted',
    file: 'record/flow.ts',
    find: 'flow.owner === replicaHost(replica) && flow.epoch === step.epoch',
    replace: 'replicaHost(replica) !== null',
  },
  {
    name: 'a take-over leaves behind what was due',
    file: 'record/flow-owner.ts',
    find: '{ ...flow, due, owner: authority,',
    replace: '{ ...flow, due: due.slice(1), owner: authority,',
  },
  {
    name: 'a flow is handed over without what else was due',
    file: 'record/flow-owner.ts',
    find: '{ ...flow, owner: host,',
    replace: '{ ...flow, due: flow.due.slice(1), owner: host,',
  },
  {
    name: 'a flow is handed over before its owner is through',
    file: 'record/flow-owner.ts',
    find: 'flow.due.some((step) => isRunBy(flow.owner, step))',
    replace: 'flow.due.every((step) => isRunBy(flow.owner, step))',
  },
  {
    name: 'an owner runs what is placed elsewhere',
    file: 'record/flow.ts',
    find: 'flow.due.filter((due) => isRunBy(flow.owner, due))',
    replace: '(flow.owner !== null && isRunBy !== null ? flow.due : [])',
    seed: 25,
  },
  {
    name: 'two owners: a take-over changes no hands',
    file: 'record/flow-owner.ts',
    find: 'return { ...flow, due, owner: authority,',
    replace: 'return { ...flow, due, owner: authority === null ? authority : flow.owner,',
  },
  {
    name: 'an object is deleted in the middle of its flow',
    file: 'record/next-state.ts',
    find: "return op.kind === 'delete' ? deletion(op, current.flow) : null;",
    replace: 'void deletion; return null;',
  },
  {
    name: 'an id is used again whose object was given back',
    file: 'sync/authority.ts',
    find: 'if (!(await this.#memory.isGone(id, this.#book.gone))) return null;',
    replace: 'return null;',
    seed: 27,
  },
  {
    name: 'what a reader has is taken for the same by its ids alone',
    file: 'sync/state-groups.ts',
    find: '`${seq} ${id}`',
    replace: '`${id}`',
  },
  {
    name: 'a database goes on with the cursors of a history that it has lost',
    file: 'sync/authority-feed.ts',
    find: ' || this.#book.terms.at(seen) !== term)',
    replace: ' || term === undefined)',
    seed: 39,
  },
  {
    name: 'the sum of a record is not checked',
    file: 'store/record-codec.ts',
    find: 'text.slice(0, headLength) === sumOf(collection, key, json)',
    replace: "sumOf(collection, key, json) !== ''",
    seed: 54,
  },
  {
    name: 'a commit that was fenced is taken for durable',
    file: 'sync/commit-lane.ts',
    find: 'return { error };',
    replace: "return (error as { code?: string }).code === 'FENCED' ? null : { error };",
    seed: 12,
  },
  {
    name: 'a commit that found no room is taken for durable',
    file: 'store/commit-queue.ts',
    find: 'else group[0]?.reject(error);',
    replace:
      "else if ((error as { code?: string }).code === 'STORAGE_FULL') group[0]?.resolve(); else group[0]?.reject(error);",
    seed: 10,
  },
  {
    name: 'a store goes on over a commit that was told as failed and is there',
    file: 'store/without-doubt.ts',
    find: 'doubtful = writes;',
    replace: '{}',
  },
  {
    name: 'a clock says which state is newer',
    file: 'sync/replica-inbox.ts',
    find: 'return known === undefined || seq > known.seq;',
    replace: 'void seq; return known === undefined || state.updatedMs > known.updatedMs;',
  },
  {
    name: 'another op under a known counter goes unnoticed',
    file: 'sync/authority-memory.ts',
    find: 'return plainEqual(asPlain(decided.op), asPlain(op)) ? decided.result : null;',
    replace: 'return plainEqual !== null && asPlain !== null ? decided.result : null;',
    seed: 17,
  },
  {
    name: 'what goes on under another id keeps its former number',
    file: 'sync/rename-replica.ts',
    find: '{ ...op, ...asOf(op, replica), counter: index + 1 }',
    replace: '{ ...op, replica, counter: index < 0 ? index : op.counter }',
    seed: 17,
  },
  {
    name: 'a snapshot leaves what is no longer there',
    file: 'sync/replica-inbox.ts',
    find: 'if (complete === undefined) return [];',
    replace: 'if (complete !== null) return [];',
  },
  {
    name: 'what is only pending is taken for accepted',
    file: 'sync/replica.ts',
    find: 'return this.#book.confirmed.get(id);',
    replace: 'return this.#book.visible.get(id);',
  },
  {
    name: 'what has left a view is not purged',
    file: 'sync/replica-inbox.ts',
    find: 'gone: [...left, ...this.#gone(page, states)]',
    replace: 'gone: left === null ? [] : this.#gone(page, states)',
  },
  {
    name: 'what has come back into a view is purged for having left it',
    file: 'sync/replica-inbox.ts',
    find: 'left.filter(({ id, seq }) => seq > ((states.get(id) ?? this.#book.confirmed.get(id))?.seq ?? seq));',
    replace: 'left;',
    seed: 10,
  },
  {
    name: 'a cursor of another view goes on',
    file: 'sync/authority-feed.ts',
    find: 'if (view === digest) return {',
    replace: 'if (view !== null) return {',
  },
  {
    name: 'what the log has given back is passed over',
    file: 'sync/authority-feed.ts',
    find: `since >= this.#book.floor.seq &&
      isWhole &&
      rows.length === due &&
      rows[due - 1]?.key === numberKey(since + due)`,
    replace: 'isWhole',
  },
  {
    name: 'a pushed page is taken despite a gap',
    file: 'sync/exchange.ts',
    find: 'const isNext = from === book.cursor && ',
    replace: 'const isNext = ',
  },
  {
    name: 'an op that two copies send under two ids is decided twice',
    file: 'sync/authority.ts',
    find: 'if (op.first === undefined && counter > renamed.mark) return',
    replace: 'if (counter > 0) return',
    seed: 134,
  },
  {
    name: 'others keep what the authority has lost',
    file: 'sync/authority-damage.ts',
    find: '...(lost.length === 0 ? [] : book.terms.renewed()),',
    replace: '',
  },
  {
    name: 'work that failed in its midst is committed',
    file: 'sync/commit-lane.ts',
    find: 'ran.some(({ isDone }) => isDone) ?',
    replace: 'ran.length > 0 ?',
    seed: 73,
  },
];
