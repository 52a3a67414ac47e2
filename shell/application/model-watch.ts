import type { AppEvents } from '@testudo/fabric/application';
import type { HostEvent } from '@testudo/fabric/host/host-api';
import type { Disposable } from '@testudo/fabric/plain';
import type { ObjectState } from '@testudo/fabric/record/object-state';
import type { Query } from '@testudo/fabric/store/query-api';

import { listAll } from './list-all.ts';
import type { HostClient } from '../tabs/host-client.ts';

export interface WatchOptions {
  readonly modelName: string;
  readonly query: Query;
  readonly client: Pick<HostClient, 'call' | 'onAttached'>;
  readonly events: AppEvents;
  /** calls back once, in time for the next frame */
  readonly frame: (callback: () => void) => void;
  readonly onError: (error: unknown) => void;
  readonly listener: (states: readonly ObjectState[]) => void;
}

/**
 * Keeps the answer to a query. All objects of a model are listed once and maintained by events; any other answer is
 * asked for anew when one of them has changed. The listener gets it in its order, once a frame at most.
 */
export function watchModel(options: WatchOptions): Disposable {
  const watch = new ModelWatch(options);
  return { dispose: () => watch.dispose() };
}

class ModelWatch {
  readonly #options: WatchOptions;
  readonly #subscriptions: readonly Disposable[];
  #states = new Map<string, ObjectState>();
  #isListing = false;
  #isStale = false;
  #isFrameDue = false;
  #isOver = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#subscriptions = [
      options.events.on((event) => this.#apply(event)),
      options.client.onAttached(() => this.#refresh()),
    ];
    this.#refresh();
  }

  dispose(): void {
    this.#isOver = true;
    this.#subscriptions.forEach((subscription) => subscription.dispose());
  }

  #apply(event: HostEvent): void {
    if (event.traced) return;
    // Builds were taken over: the model may be here only now.
    if (event.type === 'snapshot') this.#refresh();
    if (event.type !== 'object' && event.type !== 'refused') return;
    const { modelName, query } = this.#options;
    // What an answer includes are objects of other models.
    if (event.modelName !== modelName && !query.include) return;
    // A listing under way may or may not hold this change, one that failed holds nothing; what it does to an answer only
    // the host can tell.
    const isKnown = !this.#isListing && !this.#isStale && isEverything(query);
    if (event.type === 'refused' || !isKnown) {
      this.#refresh();
      return;
    }
    if (event.state.deleted) this.#states.delete(event.state.id);
    else this.#states.set(event.state.id, event.state);
    this.#emit();
  }

  #refresh(): void {
    this.#isStale = true;
    if (this.#isListing || this.#isOver) return;
    this.#isListing = true;
    this.#list().then(
      () => this.#listed(),
      (error: unknown) => {
        this.#isListing = false;
        this.#isStale = true;
        if (!this.#isOver) this.#options.onError(error);
      },
    );
  }

  async #list(): Promise<void> {
    const { client, modelName, query } = this.#options;
    this.#isStale = false;
    const states = await listAll({ client, modelName, query });
    this.#states = new Map(states.map((state) => [state.id, state]));
  }

  #listed(): void {
    this.#isListing = false;
    this.#emit();
    if (this.#isStale) this.#refresh();
  }

  #emit(): void {
    if (this.#isFrameDue || this.#isOver) return;
    this.#isFrameDue = true;
    this.#options.frame(() => {
      this.#isFrameDue = false;
      if (this.#isOver) return;
      const { query, listener } = this.#options;
      listener(isEverything(query) ? inIdOrder(this.#states) : [...this.#states.values()]);
    });
  }
}

function isEverything(query: Query): boolean {
  return Object.keys(query).length === 0;
}

function inIdOrder(states: ReadonlyMap<string, ObjectState>): readonly ObjectState[] {
  return [...states.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
