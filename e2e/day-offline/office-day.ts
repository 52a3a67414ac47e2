import type { Page, Worker } from '@playwright/test';

import type { AppProps } from '@testudo/fabric';

import { hostWorkerOf } from '../five-tabs/profile.ts';

/** The models of an office: its notes stay everybody's, its plans are taken away while the devices are offline. */
export const models = ['note', 'plan'] as const;
export type OfficeModel = (typeof models)[number];

/** A sheet as its reader is told of it. */
export interface Sheet {
  readonly id: string;
  readonly version: number;
  readonly owner: string;
  readonly createdMs: number;
  readonly fields: { readonly trail: readonly string[] };
}

/** Model -> ids of the sheets that everybody marks. */
export type SharedSheets = { readonly [model in OfficeModel]: readonly string[] };

/** A stretch of a day's work. */
export interface Stretch {
  readonly user: string;
  /** of this user's ops, counted from 0 */
  readonly from: number;
  readonly to: number;
  readonly shared: SharedSheets;
  /** sheets of his own that a user has */
  readonly own: number;
}

/** One refused op as its user is told of it: the mark that it would have added. */
export interface Refusal {
  readonly modelName: string;
  readonly code: string;
  readonly tag: string;
}

type OfficeWindow = Window & { readonly heldProps: AppProps; ownSheets?: Map<string, string> };

/** The mark that an op adds to a trail. */
export const tagOf = (user: string, index: number): string => `${user} ${index}`;

/** The model of an op: half are on notes, half on plans. */
export const modelOf = (index: number): OfficeModel => models[index % 2] ?? 'note';

/** Has a page's user work: one op after another, each awaited until it is saved; of every twenty two are on shared sheets. */
export async function work(page: Page, stretch: Stretch): Promise<void> {
  await page.evaluate(async ({ user, from, to, shared, own }) => {
    const scope = window as unknown as OfficeWindow;
    const sheets = (scope.ownSheets ??= new Map());
    for (let index = from; index < to; index += 1) {
      const modelName = index % 2 === 0 ? 'note' : 'plan';
      const model = scope.heldProps.models.get(modelName);
      const name = `${modelName} ${index % own}`;
      const common = shared[modelName];
      const id = index % 20 < 2 ? common[Math.floor(index / 20) % common.length] : sheets.get(name);
      const tag = `${user} ${index}`;
      if (id === undefined) sheets.set(name, (await model.create({ trail: [tag] })).state.id);
      else await model.command(id, 'mark', tag);
    }
  }, stretch);
}

/** Every sheet of a model in a browser's own store, in ascending id order. */
export async function sheetsHere(page: Page, modelName: OfficeModel): Promise<readonly Sheet[]> {
  const found = await page.evaluate(
    (wanted) => (window as unknown as OfficeWindow).heldProps.models.get(wanted).list(),
    modelName,
  );
  return (found as unknown as readonly Sheet[]).map(asTold);
}

/** What of a state is the same wherever it is read. */
export function asTold({ id, version, owner, createdMs, fields }: Sheet): Sheet {
  return { id, version, owner, createdMs, fields };
}

/** What a page's user is told was refused, in the order in which it was made. */
export function refusals(page: Page): Promise<readonly Refusal[]> {
  return page.evaluate(async () => {
    const refused = await (window as unknown as OfficeWindow).heldProps.models.refused();
    return refused.map(({ modelName, error, changes }) => {
      const trail = changes['trail'] as readonly string[];
      return { modelName, code: error.code, tag: trail[trail.length - 1] ?? '' };
    });
  });
}

/** Resolves when nothing that a page's user changed waits for the authority any more. */
export async function flushed(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const watching = (window as unknown as OfficeWindow).heldProps.models.watchSync(({ pending }) => {
          if (pending > 0) return;
          watching.dispose();
          resolve();
        });
      }),
  );
}

/** Sets the clock of a browser's host, the thread that stamps its ops, so far ahead of where it is. */
export async function putClockAhead(page: Page, byMs: number): Promise<void> {
  await hostOf(page).evaluate((ms) => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + ms;
  }, byMs);
}

function hostOf(page: Page): Worker {
  const host = hostWorkerOf(page);
  if (!host) throw new Error('the page runs no host');
  return host;
}
