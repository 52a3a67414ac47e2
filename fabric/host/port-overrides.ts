import type { BreakerReport, ModelReport, PortReport } from '../spec/model-report.ts';
import { defaultRetryDelayMs } from '../spec/port-defaults.ts';
import type { PortOverride, PortOverrides } from './configuration-parts.ts';

/** A model's report with what its deployment says of its ports; of ports that it has not, nothing. */
export function withOverrides(model: ModelReport, overrides: PortOverrides): ModelReport {
  const ports = { ...model.ports };
  for (const name of Object.keys(ports)) {
    const override = overrides[`${model.modelName}.${name}`];
    const port = ports[name];
    if (override && port) ports[name] = overridden(port, override);
  }
  return { ...model, ports };
}

function overridden(port: PortReport, { timeout, circuitBreaker, placement, ...rest }: PortOverride): PortReport {
  const { circuitBreaker: own, placement: ownPlacement = 'owner', ...base } = port;
  const place = placement ?? ownPlacement;
  const breaker = circuitBreaker === undefined ? own : thresholds(circuitBreaker, own);
  return {
    ...base,
    ...rest,
    ...(place === 'owner' ? {} : { placement: place }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    ...(breaker ? { circuitBreaker: breaker } : {}),
  };
}

function thresholds(
  given: NonNullable<PortOverride['circuitBreaker']> | null,
  own: PortReport['circuitBreaker'],
): PortReport['circuitBreaker'] | null {
  if (given === null) return null;
  return Object.keys(given).reduce<{ readonly [cause: string]: BreakerReport }>((all, cause) => {
    const { retryDelay: retryDelayMs = defaultRetryDelayMs, ...rest } = given[cause] as (typeof given)[string];
    return { ...all, [cause]: { ...rest, retryDelayMs, hasFallback: own?.[cause]?.hasFallback === true } };
  }, {});
}
