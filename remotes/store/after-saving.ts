import type { AppModels, AppObject } from '@testudo/fabric';

import { errorAfterSaving } from './plain-error.ts';
import type { PlainError } from './plain-error.ts';

/**
 * Waits until the server has accepted a change that is durable here. Resolves with what to tell about it when that
 * failed; `null` when it was accepted, and when it was refused: the list of refused changes tells that.
 */
export async function afterSaving(models: AppModels, saved: AppObject): Promise<PlainError | null> {
  try {
    await saved.synced();
    return null;
  } catch (cause) {
    return (await isRefused(models, saved.state.id)) ? null : errorAfterSaving(cause);
  }
}

async function isRefused(models: AppModels, id: string): Promise<boolean> {
  return models.refused().then(
    (list) => list.some((each) => each.id === id),
    () => false,
  );
}
