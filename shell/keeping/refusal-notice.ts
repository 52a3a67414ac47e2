import type { RefusedWrite } from '@testudo/fabric/host/host-api';

import type { Notices } from '../ui/notices.ts';

/** What a refusal is about and why, in one sentence. */
export function refusalWords(refused: readonly RefusedWrite[]): string {
  const [first] = refused;
  if (first !== undefined && refused.length === 1)
    return `A change of yours (${first.modelName}) was refused: ${first.error.message}`;
  return `${refused.length} changes of yours were refused`;
}

/**
 * One notice for all refusals, however many come at once: shown, and read to screen readers, when there is one that it
 * has not told of; gone when the last one is.
 */
export function refusalNotice(notices: Notices, look: () => void): (refused: readonly RefusedWrite[]) => void {
  let told: ReadonlySet<string> = new Set();
  return (refused) => {
    const isNews = refused.some(({ opId }) => !told.has(opId));
    const isLess = refused.length < told.size;
    told = new Set(refused.map(({ opId }) => opId));
    if (refused.length === 0 || isLess) notices.hide('refused');
    if (!isNews) return;
    const act = { label: 'Look', run: look };
    notices.show({ key: 'refused', tone: 'bad', text: refusalWords(refused), act });
  };
}
