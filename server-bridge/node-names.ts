import type { TestudoError } from '@testudo/fabric/error';
import type { Datasource, Write } from '@testudo/fabric/store/datasource';
import { soundOr } from '@testudo/fabric/store/sound-or';

import { namesOfUser, type NamesOfUser } from './names-of-user.ts';

const collection = 'node-names';

/** Whether a node's name is this user's: it is whoever's came with it first, also over restarts of the server. */
export type ClaimName = (node: string, user: string) => Promise<boolean>;

export interface NodeNamesOptions {
  /**
   * Hears of a name whose record is damaged: it is whoever's comes with it next, for nobody could ever come with it else.
   */
  onDamaged(error: TestudoError): undefined;
  /** the names of all nodes that are connected now */
  connected(): ReadonlySet<string>;
  /** how many names of a user's are kept while nobody is connected under them; default 1000 */
  readonly mostAway?: number;
}

/**
 * Keeps whose each node's name is. Without it a peer could come under the name of one that is offline. A user's names that
 * have not been used for longest are forgotten beyond a number: such a name is his again when he comes with it first, and
 * what was pushed under it stays decided.
 */
export function nodeNames(
  datasource: Pick<Datasource, 'get' | 'range' | 'commit'>,
  { onDamaged, connected, mostAway = 1000 }: NodeNamesOptions,
): ClaimName {
  const known = new Map<string, Promise<string>>();
  const users = new Map<string, Promise<NamesOfUser>>();
  const ownerOf = (node: string): Promise<unknown> => soundOr(datasource.get(collection, node), onDamaged);

  /** Those that are forgotten when he comes with one more. */
  async function forgotten(names: NamesOfUser, node: string, user: string): Promise<readonly Write[]> {
    if (names.size < mostAway) return [];
    const here = connected();
    const away = names.oldestFirst().filter((name) => name !== node && !here.has(name));
    const writes: Write[] = [];
    for (const name of away.slice(0, Math.max(0, away.length + 1 - mostAway))) {
      if ((await ownerOf(name)) === user) writes.push({ collection, key: name, value: undefined });
      writes.push(...names.without(name));
      known.delete(name);
    }
    return writes;
  }

  async function note(names: NamesOfUser, node: string, user: string): Promise<NamesOfUser> {
    const gone = await forgotten(names, node, user);
    await datasource.commit([{ collection, key: node, value: user }, ...gone, ...names.withLatest(node)]);
    return names;
  }

  /** One name of a user's after the other; what failed is read anew. */
  function inTurn(user: string, act: (names: NamesOfUser) => Promise<NamesOfUser>): Promise<NamesOfUser> {
    const read = (): Promise<NamesOfUser> => namesOfUser(datasource, user, onDamaged);
    const turn = (users.get(user)?.catch(read) ?? read()).then(act);
    users.set(user, turn);
    return turn;
  }

  async function find(node: string, user: string): Promise<string> {
    const owner = await ownerOf(node);
    if (typeof owner === 'string' && owner !== user) return owner;
    await inTurn(user, async (names) => {
      const isRecent = names.has(node) && names.size <= mostAway / 2;
      return owner === user && isRecent ? names : note(names, node, user);
    });
    return user;
  }

  return async (node, user) => {
    const owner = known.get(node) ?? find(node, user);
    known.set(node, owner);
    try {
      return (await owner) === user;
    } catch (error) {
      known.delete(node);
      throw error;
    }
  };
}
