import type { Page } from '@playwright/test';

import type { Ledger } from '../crash/ledger.ts';

type Written = Promise<{ readonly state: { readonly id: string } }>;

/** What the probe has laid down of what it was given, as far as it is used here. */
type StreamWindow = Window & {
  readonly heldProps: {
    readonly models: {
      get(modelName: string): { create(input: object): Written; update(id: string, changes: object): Written };
    };
  };
  readonly noteWrite: (
    kind: 'began' | 'answered' | 'failed',
    key: string,
    number: number,
    text: string,
  ) => Promise<void>;
  streamPrefix?: string;
  isStreaming?: boolean;
  streams?: readonly Promise<void>[];
};

/** Orders that are written in a tab at once, and how often each is written. */
export interface StreamOptions {
  readonly prefix: string;
  readonly atOnce: number;
  readonly writesEach: number;
}

/** Has a tab's writes noted. To be called once a page, before it streams. */
export async function noteWrites(page: Page, ledger: Ledger, onFailed: (text: string) => void): Promise<void> {
  await page.exposeFunction('noteWrite', (kind: string, key: string, number: number, text: string) => {
    if (kind === 'began') ledger.began(key, number, Number(text));
    else if (kind === 'answered') ledger.answered(key, number, JSON.parse(text) as { atMs: number; id: string });
    else onFailed(`${key}:${number} ${text}`);
  });
}

/** Has a tab write orders one after another, in several strands, until told to end. */
export async function startStream(page: Page, options: StreamOptions): Promise<void> {
  await page.evaluate(({ prefix, atOnce, writesEach }) => {
    const scope = window as unknown as StreamWindow;
    const orders = scope.heldProps.models.get('order');
    const orderItems = [{ sku: 'tab', name: 'From a tab', qty: 1, priceCents: 500 }];
    scope.streamPrefix = prefix;
    scope.isStreaming = true;
    async function write(key: string, number: number, ask: () => Written) {
      await scope.noteWrite('began', key, number, String(Date.now()));
      const { state } = await ask();
      void scope.noteWrite('answered', key, number, JSON.stringify({ atMs: Date.now(), id: state.id }));
      return state.id;
    }
    async function strand(name: string): Promise<void> {
      for (let n = 0; scope.isStreaming; n += 1) {
        const key = `${name}.${n}`;
        let number = 1;
        try {
          const id = await write(key, 1, () => orders.create({ orderItems, note: key }));
          for (number = 2; number <= writesEach && scope.isStreaming; number += 1) {
            const note = `${key}:${number}`;
            await write(key, number, () => orders.update(id, { note }));
          }
        } catch (error) {
          await scope.noteWrite('failed', key, number, String(error));
        }
      }
    }
    scope.streams = Array.from({ length: atOnce }, (_, index) => strand(`${prefix}-${index}`));
  }, options);
}

/** Has a tab begin no more writes. Resolves when its last one is answered. */
export async function endStream(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const scope = window as unknown as StreamWindow;
    scope.isStreaming = false;
    await Promise.all(scope.streams ?? []);
  });
}
