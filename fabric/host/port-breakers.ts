import type { Platform } from '../platform.ts';
import { CircuitBreaker, type BreakerState } from '../port/circuit-breaker.ts';
import type { PortReport } from '../spec/model-report.ts';
import type { HostEvents } from './host-events.ts';

/** A port's breaker as a host reports it. */
export interface BreakerStanding {
  readonly modelName: string;
  readonly port: string;
  readonly state: BreakerState;
  /** within the longest window */
  readonly calls: number;
  readonly failures: number;
}

/** The breakers of a host: one for each port of each model that names thresholds. */
export interface PortBreakers {
  /** The port's breaker, or `null` when it names no thresholds. Other thresholds, by a changed build, begin anew. */
  of(modelName: string, port: string, report: PortReport): CircuitBreaker | null;
  standings(): readonly BreakerStanding[];
}

interface Kept {
  readonly modelName: string;
  readonly port: string;
  /** the thresholds as text */
  readonly text: string;
  readonly breaker: CircuitBreaker;
}

/** No breakers yet. Every transition is an event. */
export function createPortBreakers(events: HostEvents, platform: Pick<Platform, 'now'>): PortBreakers {
  const kept = new Map<string, Kept>();
  return {
    of(modelName, port, { circuitBreaker }) {
      const key = `${modelName}.${port}`;
      if (circuitBreaker === undefined) {
        kept.delete(key);
        return null;
      }
      const text = JSON.stringify(circuitBreaker);
      const known = kept.get(key);
      if (known?.text === text) return known.breaker;
      const breaker = new CircuitBreaker({
        thresholds: circuitBreaker,
        now: () => platform.now(),
        onChange: (state, former) =>
          events.emit({ type: 'breaker', modelName, port, state: state.name, former: former.name, ...causeOf(state) }),
      });
      kept.set(key, { modelName, port, text, breaker });
      return breaker;
    },
    standings: () =>
      Array.from(kept.values(), ({ modelName, port, breaker }) => ({
        modelName,
        port,
        state: breaker.state,
        ...breaker.counts,
      })),
  };
}

function causeOf(state: BreakerState): { readonly cause?: string } {
  return state.name === 'closed' ? {} : { cause: state.cause };
}
