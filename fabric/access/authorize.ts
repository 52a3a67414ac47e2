import { TestudoError } from '../error.ts';
import type { Principal } from './principal.ts';

/**
 * Operation -> who may: `owner`, `role:x`, `user:x`, `tenant`, `anyone`; with `!` before it: who may not, whatever else
 * he is. An absent operation is denied.
 */
export type AccessControlList = { readonly [operation: string]: readonly string[] };

/** What is asked of `authorize`: may this principal do this operation on this object of this model? */
export interface AccessQuestion {
  readonly principal: Principal;
  readonly operation: string;
  readonly modelName: string;
  readonly accessControlList: AccessControlList;
  /** the object's owner, or `null` where there is no object yet */
  readonly owner: string | null;
}

/** The one access decision; every door asks it (law L7). No rule means no. */
export type Authorize = (question: AccessQuestion) => boolean;

function matches(rule: string, { principal, owner }: AccessQuestion): boolean {
  if (rule === 'anyone') return true;
  if (principal.user === '') return false;
  if (rule === 'tenant') return true;
  if (rule === 'owner') return owner === null || owner === principal.user;
  if (rule.startsWith('user:')) return rule.slice(5) === principal.user;
  return rule.startsWith('role:') && principal.roles.includes(rule.slice(5));
}

/** Any matching rule of the operation allows, unless one with `!` matches. Reads `write` for `create` and `delete` when these have no rule of their own. */
export const authorize: Authorize = (question) => {
  const { accessControlList: acl, operation } = question;
  const fallback = operation === 'create' || operation === 'delete' ? acl['write'] : undefined;
  const rules = (Object.prototype.hasOwnProperty.call(acl, operation) ? acl[operation] : undefined) ?? fallback ?? [];
  const isDenied = rules.some((rule) => rule.startsWith('!') && matches(rule.slice(1), question));
  return !isDenied && rules.some((rule) => matches(rule, question));
};

/** Asks and @throws TestudoError `UNAUTHENTICATED` for nobody, `FORBIDDEN` for somebody without the right. */
export function demand(question: AccessQuestion, decide: Authorize = authorize): void {
  if (decide(question)) return;
  const what = `${question.operation} on ${question.modelName}`;
  if (question.principal.user === '') throw new TestudoError('UNAUTHENTICATED', `${what} needs a signed-in user`);
  throw new TestudoError('FORBIDDEN', `${question.principal.user} has no right to ${what}; ask its owner or a clerk`);
}
