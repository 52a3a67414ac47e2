import type { Principal } from '../access/principal.ts';
import { hasCode, TestudoError } from '../error.ts';
import type { MeshNode } from '../mesh/mesh-node.ts';
import type { Plain, PlainRecord } from '../plain.ts';

/** What is asked of a model's authority. */
export interface AuthorityQuestion {
  readonly tenant: string;
  readonly modelName: string;
  readonly act: 'find' | 'list' | 'count' | 'history';
  readonly body: PlainRecord;
  /** in whose name it is asked */
  readonly principal: Principal;
}

/**
 * Asks for objects of a model that this host does not run, of whoever puts its changes in order; it shows what
 * this host's own connection may read, and of that only what the principal may read too. @throws TestudoError `UNAVAILABLE` when nobody in reach runs it
 */
export async function askAuthority(
  mesh: Pick<MeshNode, 'request'>,
  { tenant, modelName, act, body, principal }: AuthorityQuestion,
): Promise<Plain> {
  if (!/^[A-Za-z][A-Za-z0-9_]{0,59}$/.test(modelName)) throw unknownModel(modelName);
  const { user, roles } = principal;
  try {
    return await mesh.request(
      `model.${tenant}.${modelName}.${act}`,
      { ...body, as: { user, roles } },
      { deadlineMs: 10_000 },
    );
  } catch (error) {
    throw hasCode(error) && error.code === 'NO_RESPONDERS' ? unknownModel(modelName) : error;
  }
}

/** `UNAVAILABLE` for a model that nobody runs. */
export function unknownModel(modelName: string): TestudoError {
  return new TestudoError('UNAVAILABLE', `no host in reach runs the model ${modelName.slice(0, 80)} (yet)`);
}
