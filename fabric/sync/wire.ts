import type { WireError } from '../error.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { Op, OpKind } from '../record/op.ts';

/** Ops of one replica in one partition, in counter order. Subject `sync.<tenant>.<model>.push`. */
export interface PushRequest {
  readonly replica: string;
  readonly ops: readonly Op[];
  /**
   * The opening of the authority's database that the replica knows, '' for none: another one decides nothing of what was
   * meant for it, and says which one it is. Absent: an earlier host's, decided by whichever hears it.
   */
  readonly life?: string;
  /** objects that the authority has lost, as they were confirmed here */
  readonly offers?: readonly ObjectState[];
}

export type OpResult =
  | { readonly counter: number; readonly status: 'accepted'; readonly seq: number }
  | { readonly counter: number; readonly status: 'refused'; readonly error: WireError };

/**
 * `mark` is the highest counter up to which every op of the replica has been decided. `results` are of the first ops of
 * the push, as many as fit into one message: the next push begins after them.
 */
export interface PushReply {
  readonly mark: number;
  readonly results: readonly OpResult[];
  /** how many of the offered objects have come back; absent: none */
  readonly adopted?: number;
  /** the opening of the authority's database that says so; absent: an earlier host's */
  readonly life?: string;
}

/** Asks for accepted ops after a cursor. Subject `sync.<tenant>.<model>.pull`. */
export interface PullRequest {
  /** `null` for everything */
  readonly since: string | null;
  /** 1..1000 */
  readonly limit: number;
  /** so many entries (or KiB of them) the authority may push to the asking host, once it has been told everything */
  readonly credits?: number;
  /**
   * Present: a snapshot may begin with an empty page, and goes on with what differs from these groups, which the asking
   * host has after the cursor's place. Empty: it offers nothing (yet).
   */
  readonly have?: readonly StateGroup[];
}

/** Objects that follow one another: the id of the last one, and the digest of their ids and seqs. */
export type StateGroup = readonly [through: string, digest: string];

/** One accepted op with the state that it led to, as its readers get it. */
export interface FeedEntry {
  readonly seq: number;
  /** '' in a page of a snapshot, which tells states and not ops */
  readonly opId: string;
  readonly kind: OpKind;
  readonly state: ObjectState;
  readonly conflicts: readonly string[];
}

/** An object that its reader saw, and does not see any more: it left his scope with the op of this seq. */
export interface LeftEntry {
  readonly id: string;
  readonly seq: number;
}

/** Entries in `seq` order. `cursor` is opaque: hand it back to go on. */
export interface FeedPage {
  readonly entries: readonly FeedEntry[];
  /** in `seq` order; an entry of a higher seq brings an object back. Absent: none */
  readonly left?: readonly LeftEntry[];
  /** up to which all that its reader may see is told now; absent where a snapshot goes on */
  readonly seq?: number;
  readonly cursor: string;
  readonly more: boolean;
  /** of the model's build that the authority runs; absent: of no other than the reader's */
  readonly schemaVersion?: number;
  /** the opening of the authority's database that tells this; absent: an earlier host's */
  readonly life?: string;
  /** the node that pushes what comes after this page from now on; absent where the next page has to be asked for */
  readonly follows?: string;
  /**
   * Present in a page of a snapshot: the entries are all the objects that there are with ids after `after` up to
   * `through` (`null`: to the end), in id order and not in `seq` order; others in that range are gone.
   */
  readonly complete?: {
    readonly after: string;
    readonly through: string | null;
    /**
     * The parts of that range for which it holds; of the rest the reader has all as it is. Where they are named, he has
     * read in this history, and may say with his next request what he has after `through`.
     */
    readonly ranges?: readonly (readonly [after: string, through: string | null])[];
  };
  /**
   * of a snapshot: the sums of the records in its range that the authority has lost (`sumOf`); who has such an object may
   * offer it. Absent: none
   */
  readonly wanted?: readonly string[];
}

/**
 * A page that an authority pushes to one host that follows it, subject `live.<tenant>.<model>`; a body of `null` says
 * that the host has to ask.
 */
export interface PushedPage {
  /** the cursor after which the page begins: where it is not the host's own, pages before it are missing */
  readonly from: string;
  readonly page: FeedPage;
  /** what is left of the host's credits */
  readonly credits: number;
}
