import type { TestudoError } from '@testudo/fabric/error';
import type { Datasource } from '@testudo/fabric/store/datasource';
import { soundOr } from '@testudo/fabric/store/sound-or';

const collection = 'node-names';

/** Whether a node's name is this user's: it is whoever's came with it first, also over restarts of the server. */
export type ClaimName = (node: string, user: string) => Promise<boolean>;

/**
 * Keeps whose each node's name is. Without it a peer could come under the name of one that is offline.
 * @param onDamaged hears of a name whose record is damaged: it is whoever's comes with it next, for nobody could ever
 * come with it else
 */
export function nodeNames(
  datasource: Pick<Datasource, 'get' | 'commit'>,
  onDamaged: (error: TestudoError) => undefined,
): ClaimName {
  const known = new Map<string, Promise<string>>();
  async function ownerOf(node: string, user: string): Promise<string> {
    const owner = await soundOr(datasource.get(collection, node), onDamaged);
    if (typeof owner === 'string') return owner;
    await datasource.commit([{ collection, key: node, value: user }]);
    return user;
  }
  return async (node, user) => {
    const owner = known.get(node) ?? ownerOf(node, user);
    known.set(node, owner);
    try {
      return (await owner) === user;
    } catch (error) {
      known.delete(node);
      throw error;
    }
  };
}
