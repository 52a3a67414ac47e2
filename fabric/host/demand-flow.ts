import { authorize } from '../access/authorize.ts';
import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import type { ModelReport } from '../spec/model-report.ts';
import type { Act } from './access-question.ts';

/**
 * Asks whether a principal may record a step: whoever may change the object may have made it due. That the flow is his
 * host's own is fenced beside this. @throws TestudoError `FORBIDDEN`
 */
export function demandFlow({ modelName, accessControlList }: ModelReport, { owner }: Act, principal: Principal): void {
  if (principal.roles.includes('host') || principal.user === owner) return;
  const changes = Object.keys(accessControlList).filter((operation) => operation !== 'read' && operation !== 'create');
  if (changes.some((operation) => authorize({ principal, operation, modelName, accessControlList, owner }))) return;
  throw new TestudoError(
    'FORBIDDEN',
    `${principal.user || 'nobody'} may not run the flow of this ${modelName}; only who may change it`,
  );
}
