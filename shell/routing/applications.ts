import { addErrorHandler, registerApplication, start, unregisterApplication } from 'single-spa';

import type { AppProps } from '@testudo/fabric/application';

import type { AppVisit } from '../application/app-props.ts';
import { createPlace } from '../ui/place.ts';
import { ApplicationSlot } from './application-slot.ts';
import type { PageBuilds } from './page-builds.ts';
import { catalogOf } from './plan.ts';
import type { Plan } from './plan.ts';
import { firstSegment, routeOf, routesOf } from './route.ts';
import type { Route } from './route.ts';

export interface ApplicationsOptions {
  readonly main: HTMLElement;
  readonly builds: PageBuilds;
  props(route: Route, visit: Pick<AppVisit, 'build' | 'element' | 'fail'>): AppProps;
  /** The first application's files are being fetched, or there is none for this path. */
  onFirstMount(): void;
  onMounted(route: Route): void;
  onFailed(route: Route, error: unknown): void;
  onError(error: unknown): void;
}

interface Registered {
  readonly route: Route;
  readonly slot: ApplicationSlot;
}

/** The applications of this page under single-spa: one for each route of the plan. */
export class Applications {
  readonly #options: ApplicationsOptions;
  readonly #registered = new Map<string, Registered>();
  /** remotes that were taken out and have not left yet */
  readonly #leaving = new Set<string>();
  #hasMounted = false;

  constructor(options: ApplicationsOptions) {
    this.#options = options;
    addErrorHandler((error) => options.onError(error));
  }

  get routes(): readonly Route[] {
    return routesOf(catalogOf(this.#options.builds.plan).remotes);
  }

  /** Registers the plan's applications and begins to route. */
  begin(): void {
    this.adopt(this.#options.builds.plan);
    start({ urlRerouteOnly: true });
    if (!routeOf(this.routes, location.pathname)) this.#firstMount();
  }

  /**
   * Takes over another plan. What is on the screen stays as it is until the next navigation; what is not lets its
   * former build go at once.
   * @returns routes on the screen that run a build which is no longer the planned one
   */
  adopt(plan: Plan): readonly Route[] {
    this.#options.builds.adopt(plan);
    const routes = this.routes;
    for (const registered of [...this.#registered.values()]) {
      const { route } = registered;
      if (!routes.some(({ name, segment }) => name === route.name && segment === route.segment))
        this.#unregister(registered).catch(this.#options.onError);
    }
    this.#registerMissing();
    this.#dropStale();
    this.retryFailed();
    return this.#stale()
      .filter(({ slot }) => slot.isOpen)
      .map(({ route }) => route);
  }

  /** Tries again what shows its error card for a reason that may have passed. */
  retryFailed(): void {
    for (const { slot } of this.#registered.values()) {
      if (slot.mayRecover) slot.reload().catch((error: unknown) => this.#options.onError(error));
    }
  }

  /** Shows an application again with its planned build, if it is on the screen with another one. */
  async reloadStale(segment: string): Promise<void> {
    const stale = this.#stale().find(({ route, slot }) => route.segment === segment && slot.isOpen);
    await stale?.slot.reload();
  }

  #register(route: Route): void {
    const { main, builds, props, onMounted, onFailed, onError } = this.#options;
    const slot = new ApplicationSlot({
      name: route.name,
      builds,
      place: createPlace(main, route),
      props: (build, element, fail) => props(route, { build, element, fail }),
      onMounted: () => onMounted(route),
      onFailed: (error) => onFailed(route, error),
      onError,
    });
    this.#registered.set(route.segment, { route, slot });
    const done = (): Promise<void> => Promise.resolve();
    const mount = (): Promise<void> => {
      slot.mount();
      setTimeout(() => this.#firstMount());
      return done();
    };
    const unmount = async (): Promise<void> => {
      await slot.unmount();
      if (this.#isStale({ route, slot })) slot.drop();
    };
    registerApplication({
      name: `${route.name}@${route.segment}`,
      app: () => Promise.resolve({ bootstrap: done, mount, unmount }),
      activeWhen: ({ pathname }) => firstSegment(pathname) === route.segment,
    });
  }

  async #unregister({ route, slot }: Registered): Promise<void> {
    this.#registered.delete(route.segment);
    this.#leaving.add(route.name);
    await unregisterApplication(`${route.name}@${route.segment}`);
    slot.drop();
    this.#leaving.delete(route.name);
    this.#registerMissing();
  }

  /** All routes but those whose remote has not left its former place yet. */
  #registerMissing(): void {
    for (const route of this.routes) {
      if (!this.#registered.has(route.segment) && !this.#leaving.has(route.name)) this.#register(route);
    }
  }

  #firstMount(): void {
    if (this.#hasMounted) return;
    this.#hasMounted = true;
    this.#options.onFirstMount();
  }

  #isStale({ route, slot }: Registered): boolean {
    const planned = this.#options.builds.plan.remotes.find(({ remote }) => remote.name === route.name);
    return planned !== undefined && slot.build !== undefined && slot.build !== planned.remote.build;
  }

  #stale(): readonly Registered[] {
    return [...this.#registered.values()].filter((registered) => this.#isStale(registered));
  }

  #dropStale(): void {
    for (const { slot } of this.#stale()) if (!slot.isOpen) slot.drop();
  }
}
