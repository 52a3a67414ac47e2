import type { Plain } from '../plain.ts';
import type { Platform } from '../platform.ts';
import type { Datasource } from '../store/datasource.ts';
import type { DeadlyBook, DeadlyNote } from './deadly-book.ts';

export interface DeadlyOpsOptions {
  /** keeps what is known of them over restarts */
  readonly datasource: Pick<Datasource, 'get' | 'commit'>;
  readonly platform: Pick<Platform, 'timer' | 'onError'>;
}

/** Ops that a realm has not outlived: hardly any host knows one, so that the program for them is loaded with the first. */
export class DeadlyOps {
  readonly options: DeadlyOpsOptions;
  /** what is known of them; `null`: nothing */
  book: DeadlyBook | null = null;
  #former: Promise<void> | undefined;

  constructor(options: DeadlyOpsOptions) {
    this.options = options;
  }

  /** Reads what a former life of this host has noted. */
  former(): Promise<void> {
    return (this.#former ??= this.#read());
  }

  /** Opens the book and has something written in it. */
  async write(entry: (book: DeadlyBook) => void): Promise<void> {
    try {
      entry(this.book ?? (await this.#open([])));
    } catch (error) {
      this.options.platform.onError(error);
    }
  }

  /** A damaged record costs what it said. */
  async #read(): Promise<void> {
    const { datasource, platform } = this.options;
    try {
      const kept = await datasource.get('meta', 'deadly');
      if (kept !== undefined) await this.#open(kept);
    } catch (error) {
      platform.onError(error);
    }
  }

  async #open(kept: Plain): Promise<DeadlyBook> {
    const program = await import(/* webpackChunkName: "deadly" */ './deadly-book.ts');
    const { datasource, platform } = this.options;
    const onError = (error: unknown): void => platform.onError(error);
    return (this.book ??= new program.DeadlyBook({ datasource, onError }, kept as unknown as readonly DeadlyNote[]));
  }
}
