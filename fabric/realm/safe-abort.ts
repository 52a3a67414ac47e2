import type { SafeGlobals } from './attenuate.ts';

type Listener = (event: { readonly type: 'abort'; readonly target: object }) => void;

interface SignalState {
  aborted: boolean;
  reason: unknown;
  readonly listeners: Set<Listener>;
}

/** `AbortController` and `AbortSignal` of our own: Node's signal can be made to hand out a message port. */
export function createAborting(timers: SafeGlobals): SafeGlobals {
  const states = new WeakMap<object, SignalState>();
  const setTimeout = timers['setTimeout'] as (callback: () => void, delayMs: number) => unknown;

  class Signal {
    constructor(maker?: unknown) {
      if (maker !== states) throw new TypeError('Illegal constructor; use new AbortController().signal');
      states.set(this, { aborted: false, reason: undefined, listeners: new Set() });
    }

    static abort(reason?: unknown): Signal {
      const signal = new Signal(states);
      fire(signal, stateOf(states, signal), reason);
      return signal;
    }

    static timeout(delayMs: number): Signal {
      const signal = new Signal(states);
      const expired = named('TimeoutError', `no answer within ${String(delayMs)} ms`);
      setTimeout(() => fire(signal, stateOf(states, signal), expired), delayMs);
      return signal;
    }

    get aborted(): boolean {
      return stateOf(states, this).aborted;
    }

    get reason(): unknown {
      return stateOf(states, this).reason;
    }

    throwIfAborted(): void {
      const { aborted, reason } = stateOf(states, this);
      if (aborted) throw reason;
    }

    addEventListener(type: unknown, listener: unknown): void {
      if (type === 'abort' && typeof listener === 'function') stateOf(states, this).listeners.add(listener as Listener);
    }

    removeEventListener(_type: unknown, listener: unknown): void {
      stateOf(states, this).listeners.delete(listener as Listener);
    }
  }

  class Controller {
    readonly signal: Signal = new Signal(states);

    constructor() {
      Object.freeze(this);
    }

    abort(reason?: unknown): void {
      fire(this.signal, stateOf(states, this.signal), reason);
    }
  }

  return { AbortController: Controller, AbortSignal: Signal };
}

function stateOf(states: WeakMap<object, SignalState>, signal: object): SignalState {
  const state = states.get(signal);
  if (state === undefined) throw new TypeError('Illegal invocation: this is no AbortSignal');
  return state;
}

function fire(signal: object, state: SignalState, reason: unknown): void {
  if (state.aborted) return;
  state.aborted = true;
  state.reason = reason === undefined ? named('AbortError', 'the operation was given up') : reason;
  const listeners = Array.from(state.listeners);
  state.listeners.clear();
  const event = Object.freeze({ type: 'abort', target: signal } as const);
  for (const listener of listeners) run(() => listener(event));
}

/** What a listener throws keeps no other from being told; it is reported as a rejection that nobody handled. */
function run(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    void Promise.reject(error);
  }
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
