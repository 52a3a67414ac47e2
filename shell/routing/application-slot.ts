import type { Application, AppProps } from '@testudo/fabric/application';
import { hasCode, toWire } from '@testudo/fabric/error';

import type { Place } from '../ui/place.ts';
import { applicationOf } from './lifecycles.ts';
import type { PageBuild, PageBuilds } from './page-builds.ts';
import { coded, within } from './within.ts';

/** How long an application may take. */
export interface SlotLimits {
  readonly loadMs: number;
  readonly lifecycleMs: number;
  readonly unmountMs: number;
  /** how long the next application waits for an unmount; then it goes on behind the screen */
  readonly politeMs: number;
}

export interface SlotOptions {
  readonly name: string;
  readonly builds: Pick<PageBuilds, 'current' | 'load' | 'evict'>;
  readonly place: Place;
  /** for one build in its element; `fail` puts the error card in its place */
  props(build: PageBuild, element: HTMLElement, fail: (error: unknown) => void): AppProps;
  onMounted(): void;
  onFailed(error: unknown): void;
  /** failures that have no place on the screen */
  onError(error: unknown): void;
  readonly limits?: SlotLimits;
}

interface Loaded {
  readonly build: PageBuild;
  readonly application: Application;
}

interface Mounted {
  readonly application: Application;
  readonly props: AppProps;
}

/**
 * One application's life in this page. Routing never waits for it: a mount begins and is left to itself, and what
 * hangs or throws costs its own place only (law L8). Each visit runs the build that is current when it begins.
 */
export class ApplicationSlot {
  readonly #options: SlotOptions;
  readonly #limits: SlotLimits;
  /** counts visits; a run whose number is no more current was left */
  #visit = 0;
  #isOpen = false;
  #loaded: Loaded | null = null;
  #mounted: Mounted | null = null;
  #former: Promise<void> = Promise.resolve();
  /** why the error card is in the place; `null`: it is not */
  #failure: unknown = null;

  constructor(options: SlotOptions) {
    this.#options = options;
    this.#limits = options.limits ?? { loadMs: 20_000, lifecycleMs: 8000, unmountMs: 3000, politeMs: 300 };
  }

  /** The build that this slot has loaded, if any. */
  get build(): string | undefined {
    return this.#loaded?.build.sidecar.build;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether the error card is shown for what may pass by itself. */
  get mayRecover(): boolean {
    return this.#isOpen && hasCode(this.#failure) && this.#failure.retryable;
  }

  /** Begins a visit. @param isAgain of the path that is on the screen already */
  mount(isAgain = false): void {
    this.#isOpen = true;
    this.#failure = null;
    this.#visit += 1;
    const visit = this.#visit;
    const element = this.#options.place.open(isAgain);
    this.#former = this.#former.then(() => this.#run(visit, element));
  }

  /** Ends the visit; resolves when the application is off the screen. One that is slow to leave goes on leaving unseen. */
  async unmount(): Promise<void> {
    this.#isOpen = false;
    this.#visit += 1;
    const leaving = this.#leave();
    this.#former = this.#former.then(() => leaving);
    const patience = new Promise((resolve) => setTimeout(resolve, this.#limits.politeMs));
    await Promise.race([leaving, patience]);
    if (!this.#isOpen) this.#options.place.close();
  }

  /** Ends the visit and begins another one, with the build that is current by now. */
  async reload(): Promise<void> {
    if (!this.#isOpen) return;
    await this.unmount();
    this.mount(true);
  }

  /** Lets the loaded build go. Only for a slot that is not open. */
  drop(): void {
    if (this.#isOpen || !this.#loaded) return;
    this.#options.builds.evict(this.#loaded.build.sidecar.global);
    this.#loaded = null;
  }

  async #run(visit: number, element: HTMLElement): Promise<void> {
    const { place, onMounted, onError } = this.#options;
    const isLeft = (): boolean => visit !== this.#visit;
    if (isLeft()) return;
    try {
      const { build, application } = await this.#ready(visit, element);
      if (isLeft()) return;
      await this.#show(application, this.#props(visit, build, element));
      if (isLeft()) {
        await this.#leave();
        return;
      }
      place.settle();
      onMounted();
    } catch (error) {
      if (isLeft()) {
        onError(error);
        return;
      }
      this.#fail(error);
    }
  }

  #props(visit: number, build: PageBuild, element: HTMLElement): AppProps {
    return this.#options.props(build, element, (error) =>
      this.#failLater(visit, hasCode(error) ? error : toWire(error)),
    );
  }

  /** An application that has given up is taken off the screen, and loaded anew at the next try. */
  #failLater(visit: number, error: unknown): void {
    if (visit !== this.#visit) {
      this.#options.onError(error);
      return;
    }
    this.#visit += 1;
    this.#former = this.#former.then(async () => {
      await this.#leave();
      this.#forget();
    });
    this.#fail(error);
  }

  #fail(error: unknown): void {
    this.#failure = error;
    this.#options.place.fail(error, () => this.mount(true));
    this.#options.onFailed(error);
  }

  /** The current build, bootstrapped; the former one goes when the new one is there. */
  async #ready(visit: number, element: HTMLElement): Promise<Loaded> {
    const { name, builds } = this.#options;
    const { loadMs, lifecycleMs } = this.#limits;
    const build = await within(loadMs, `finding ${name}`, builds.current(name));
    const former = this.#loaded;
    if (former?.build.sidecar.global === build.sidecar.global) return former;
    const exported = await within(loadMs, `loading ${name}`, builds.load(build));
    try {
      const application = applicationOf(name, exported);
      await within(lifecycleMs, `starting ${name}`, application.bootstrap(this.#props(visit, build, element)));
      this.#loaded = { build, application };
    } catch (error) {
      builds.evict(build.sidecar.global);
      throw error;
    }
    if (former) builds.evict(former.build.sidecar.global);
    return this.#loaded;
  }

  async #show(application: Application, props: AppProps): Promise<void> {
    const { name, onError } = this.#options;
    const what = `showing ${name}`;
    const mounting = coded(what, application.mount(props));
    try {
      await within(this.#limits.lifecycleMs, what, mounting);
      this.#mounted = { application, props };
    } catch (error) {
      // It may still arrive: then it must not stay. A failed one is loaded anew at the next try.
      const clearAway = async (): Promise<void> => application.unmount(props);
      mounting.then(clearAway).catch((late: unknown) => (late === error ? undefined : onError(late)));
      this.#forget();
      throw error;
    }
  }

  async #leave(): Promise<void> {
    const mounted = this.#mounted;
    this.#mounted = null;
    if (!mounted) return;
    const { name, onError } = this.#options;
    try {
      await within(this.#limits.unmountMs, `leaving ${name}`, mounted.application.unmount(mounted.props));
    } catch (error) {
      this.#forget();
      onError(error);
    }
    mounted.props.domElement.remove();
  }

  /** What broke is not used again: the next visit loads it from its first file. */
  #forget(): void {
    if (this.#loaded) this.#options.builds.evict(this.#loaded.build.sidecar.global);
    this.#loaded = null;
  }
}
