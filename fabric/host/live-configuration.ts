import type { ConfigurationParts } from './configuration-parts.ts';
import type { HostConfiguration } from './host-options.ts';

/** A host's configuration as it is now. Who reads it when he needs it has the newest. */
export interface LiveConfiguration extends HostConfiguration {
  /** the configuration before the last change: calls under way may still need its addresses */
  readonly former: HostConfiguration | null;
  /** The parts that are given replace those that were. */
  replace(parts: Partial<ConfigurationParts>): void;
}

/** The configuration that a host starts with. */
export function liveConfiguration(first: HostConfiguration): LiveConfiguration {
  let now = first;
  let former: HostConfiguration | null = null;
  return {
    ...first,
    get bindings() {
      return now.bindings;
    },
    get endpoints() {
      return now.endpoints;
    },
    get ports() {
      return now.ports ?? {};
    },
    get former() {
      return former;
    },
    replace(parts) {
      former = now;
      now = { ...now, ...parts };
    },
  };
}
