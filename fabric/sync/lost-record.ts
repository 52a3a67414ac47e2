import { hasCode } from '../error.ts';
import type { Principal } from '../access/principal.ts';
import { deepFreeze } from '../record/deep-freeze.ts';
import type { ObjectState } from '../record/object-state.ts';
import { replicaHost, type Op } from '../record/op.ts';
import { encodeSummed, headLength } from '../store/record-codec.ts';
import type { AuthorityBook } from './authority-book.ts';
import type { AuthorityCollections } from './authority-collections.ts';
import { seesNow } from './feed-view.ts';
import { asPlain } from './keys.ts';
import type { AuthorityOptions } from './sync-api.ts';

/** Characters of a damaged record that may be other ones. */
const maxTurned = 2;

/** Who brings objects back, and where they are missing. */
export interface Bringing {
  readonly book: AuthorityBook;
  readonly names: AuthorityCollections;
  readonly options: AuthorityOptions;
  readonly principal: Principal;
  /** whose replica offers them */
  readonly replica: string;
}

/** The record of an object, with its sum. @param objects the collection, which is of the same name at every host */
export function recordText(objects: string, state: ObjectState): string {
  const [whole] = encodeSummed([{ collection: objects, key: state.id, value: asPlain(state) }]);
  return whole?.text ?? '';
}

/** The sum that a record's text begins with. */
export function sumOf(text: string): string {
  return text.slice(0, headLength);
}

/**
 * Those of the offered states that are lost, and may be believed to be what was lost: whoever offers one sees it, and
 * what is left of its record says the same. The end of a record that was torn says nothing, and whoever knows an object
 * can make another end for its sum: that is believed of one who may change the object, if its owner is among what is left.
 */
export function lostOf(offers: readonly ObjectState[], bringing: Bringing): readonly ObjectState[] {
  const { book, names, options, principal, replica } = bringing;
  const view = options.viewOf(principal, replicaHost(replica));
  return offers.filter((state) => {
    const left = leftOf(book.wanted.get(state.id) ?? '', recordText(names.objects, state));
    return left !== 'nothing' && seesNow(view, state) && (left === 'all' || mayChange(state, bringing));
  });
}

/** The op by which a lost object comes back, deleted if it was. */
export function restoringOp(
  { modelName, id, version, schemaVersion, deleted }: ObjectState,
  { replica, partition, now }: Pick<AuthorityOptions, 'replica' | 'partition' | 'now'>,
  counter: number,
): Op & { readonly kind: 'update' | 'delete' } {
  return deepFreeze({
    ...{ replica, counter, partition, modelName, id, schemaVersion, baseVersion: version, atMs: now() },
    ...{ kind: deleted ? 'delete' : 'update', command: null, input: null, step: null, requestId: '' },
    patch: { set: {}, unset: [], base: {} },
  });
}

/** How much of a whole record a damaged text is; `head`: all but fields, flow and whether it is deleted, at least. */
function leftOf(found: string, whole: string): 'all' | 'head' | 'nothing' {
  if (sumOf(found) !== sumOf(whole) || found.length > whole.length) return 'nothing';
  let turned = 0;
  for (let at = 0; at < found.length; at += 1) if (found.charCodeAt(at) !== whole.charCodeAt(at)) turned += 1;
  if (found.length === whole.length) return turned <= maxTurned ? 'all' : 'nothing';
  return turned === 0 && found.length >= whole.indexOf('"fields":') ? 'head' : 'nothing';
}

function mayChange(state: ObjectState, { options, principal }: Bringing): boolean {
  try {
    options.demandAccess?.(restoringOp(state, options, 0), state, principal);
    return true;
  } catch (error) {
    if (hasCode(error)) return false;
    throw error;
  }
}
