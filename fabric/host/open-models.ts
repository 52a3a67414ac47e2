import { TestudoError, toWire } from '../error.ts';
import type { ModelReport } from '../spec/model-report.ts';

/**
 * Opens each model's partition; one that cannot be opened, because its store is held or full, costs itself only.
 * @returns what failed first, under its own code, with the remotes of all that failed in `data.remotes`; else `null`
 */
export async function openModels(
  models: readonly ModelReport[],
  open: (model: ModelReport) => Promise<void>,
): Promise<TestudoError | null> {
  const failed: { readonly model: ModelReport; readonly cause: unknown }[] = [];
  for (const model of models) await open(model).catch((cause: unknown) => void failed.push({ model, cause }));
  const [first] = failed;
  if (first === undefined) return null;
  const { code, message } = toWire(first.cause);
  const remotes = Array.from(new Set(failed.map(({ model }) => model.remote)));
  return new TestudoError(code, `${first.model.modelName} cannot be opened: ${message}`, {
    cause: first.cause,
    data: { remotes },
  });
}
