import type { Bindings } from '../port/port-api.ts';
import { own } from '../port/resolve-binding.ts';
import type { ModelReport } from '../spec/model-report.ts';
import type { PortStanding } from './host-inspection.ts';

/** Every port of every model, with what the configuration binds it to now. */
export function inspectPorts(models: readonly ModelReport[], bindings: Bindings): readonly PortStanding[] {
  return models.reduce<PortStanding[]>((all, model) => all.concat(portsOf(model, bindings)), []);
}

function portsOf({ modelName, ports }: ModelReport, { adapters, services }: Bindings): PortStanding[] {
  return Object.keys(ports).map((port) => {
    const report = ports[port] as ModelReport['ports'][string];
    const {
      type,
      disabled,
      consumesEvent,
      producesEvent,
      timeoutMs,
      maxRetry,
      service,
      compute = false,
      placement = 'owner',
    } = report;
    const bound: string | readonly string[] = own(adapters, `${modelName}.${port}`) ?? report.adapter ?? [];
    return {
      ...{ modelName, port, type, disabled, consumesEvent, producesEvent, timeoutMs, maxRetry, compute, placement },
      adapters: typeof bound === 'string' ? [bound] : bound,
      service: service === null ? null : { name: service, factory: own(services, service) ?? null },
    };
  });
}
