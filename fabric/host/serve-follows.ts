import { TestudoError } from '../error.ts';
import type { MeshNode } from '../mesh/mesh-node.ts';
import { isRecord } from '../spec/is-record.ts';
import type { FeedFollowers } from './feed-followers.ts';

/**
 * Answers a host that asks for all models at once which of them it follows here and has been told no more of than it
 * says, and gives it credits for each. Subject `sync.<tenant>.follows`, body `{ credits, from: { <model>: <cursor> } }`.
 * @param followers by model
 */
export function serveFollows(
  mesh: Pick<MeshNode, 'serve'>,
  tenant: string,
  followers: ReadonlyMap<string, Pick<FeedFollowers, 'renew'>>,
): void {
  mesh.serve(`sync.${tenant}.follows`, (body, delivery) => {
    const { credits, from } = isRecord(body) ? body : {};
    if (!isRecord(from)) throw new TestudoError('BAD_REQUEST', 'the body needs credits and from');
    return Object.entries(from)
      .filter(([modelName, cursor]) => followers.get(modelName)?.renew({ credits, from: cursor }, delivery))
      .map(([modelName]) => modelName);
  });
}
