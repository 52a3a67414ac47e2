import { checkParts } from './check-parts.ts';
import type { ConfigurationParts } from './configuration-parts.ts';
import type { LiveConfiguration } from './live-configuration.ts';
import type { ModelRegistry } from './model-registry.ts';
import { withOverrides } from './port-overrides.ts';

/** What of a host a change of its configuration concerns. */
export interface Configured {
  readonly configuration: LiveConfiguration;
  readonly registry: ModelRegistry;
}

/**
 * Changes a host's configuration, and its models as that says. A browser loads this when there is something to change.
 * @throws TestudoError `CONFIG_INVALID` naming the key; nothing has changed then
 */
export function configureHost(parts: Partial<ConfigurationParts>, host: Configured & { isAuthority: boolean }): void {
  const { configuration, registry, isAuthority } = host;
  checkParts(parts, { now: configuration, models: isAuthority ? registry.all() : null });
  configuration.replace(parts);
  usePorts(host);
}

/** Has models be as the configuration says. */
export function usePorts({ configuration, registry }: Configured): void {
  const { ports = {} } = configuration;
  registry.configure((model) => withOverrides(model, ports));
}
