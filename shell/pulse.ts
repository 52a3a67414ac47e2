import type { TestudoError } from '@testudo/fabric/error';

/** A timer that is later than this says that its thread was frozen, not that the other side is silent. */
const frozenMs = 1000;

/** Ends waits for something of which nothing is heard. */
export class Pulse {
  readonly #silentMs: number;
  #heardMs = -Infinity;

  constructor(silentMs: number) {
    this.#silentMs = silentMs;
  }

  /** It gives signs of life. */
  heard(): void {
    this.#heardMs = performance.now();
  }

  /**
   * What the work comes to, for as long as something is heard now and then.
   * @throws the error of `silence` when nothing was heard for too long; whoever waits has to end the work
   */
  wait<T>(work: Promise<T>, silence: () => TestudoError): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const beganMs = performance.now();
      let timer: ReturnType<typeof setTimeout>;
      const look = (waitMs: number): void => {
        const dueMs = performance.now() + waitMs;
        timer = setTimeout(() => {
          const nowMs = performance.now();
          const silentSinceMs = nowMs - dueMs > frozenMs ? nowMs : Math.max(beganMs, this.#heardMs);
          const leftMs = silentSinceMs + this.#silentMs - nowMs;
          if (leftMs > 0) look(leftMs);
          else reject(silence());
        }, waitMs);
      };
      const end = (): void => {
        clearTimeout(timer);
        this.heard();
      };
      look(this.#silentMs);
      work.then(resolve, reject).then(end, end);
    });
  }
}
