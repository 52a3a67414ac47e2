import type { AdmittedBuild } from '../catalog/admission-api.ts';
import type { Result } from '../error.ts';
import type { PlainRecord } from '../plain.ts';
import type { AdapterRequest, Bindings, PortOutcome, PortRequest } from '../port/port-api.ts';
import { own } from '../port/resolve-binding.ts';
import type { ModelReport } from '../spec/model-report.ts';
import { createComputePool, type ComputePool, type ComputePoolOptions } from './compute-pool.ts';
import type { RealmSupervisor } from './realm-supervisor.ts';

type Group = Pick<RealmSupervisor, 'name' | 'now' | 'ready'>;

/** A call of a port with `compute: true`, and the realm of its model. */
export interface ComputingCall {
  readonly request: PortRequest;
  readonly model: ModelReport;
  readonly group: Group;
  readonly bindings: Bindings;
}

/** The program that computes, as a host loads it with the first such call. */
export interface Computing {
  readonly pool: ComputePool;
  /** Where the adapter runs in another realm, only that computes: the model's part of the call stays where it is. */
  callPort(call: ComputingCall): Promise<Result<PortOutcome>>;
  callAdapter(request: AdapterRequest, group: Group): Promise<Result<PlainRecord>>;
}

/** A pool, and what each call of it needs found out. */
export function openComputing(options: ComputePoolOptions): Computing {
  const pool = createComputePool(options);
  return {
    pool,
    async callPort({ request, model, group, bindings }) {
      const { modelName, port, timeoutMs } = request;
      const builds = buildsOf(group);
      const needed = remotesFor(request, model, bindings);
      if (needed.some((remote) => !builds.has(remote))) return (await group.ready()).callPort(request);
      const job = { what: `${modelName}.${port}`, group: group.name, builds: pick(builds, needed), timeoutMs };
      pool.warm(group.name);
      return pool.call({ ...job, call: (realm) => realm.callPort(request) });
    },
    callAdapter(request, group) {
      const { modelName, port, timeoutMs, adapter, service } = request;
      const needed = [remoteOf(adapter)].concat(service === null ? [] : remoteOf(service));
      const job = { what: `${modelName}.${port}`, group: group.name, builds: pick(buildsOf(group), needed), timeoutMs };
      return pool.call({ ...job, call: (realm) => realm.callAdapter(request) });
    },
  };
}

/** The remotes whose builds a call needs; an undo may call every port of its model. */
function remotesFor(request: PortRequest, model: ModelReport, bindings: Bindings): readonly string[] {
  const ports = request.act === 'undo' ? Object.keys(model.ports) : [request.port];
  const references = ports.reduce<string[]>((all, port) => {
    const adapters: string | readonly string[] =
      own(bindings.adapters, `${model.modelName}.${port}`) ?? model.ports[port]?.adapter ?? [];
    const service = own(bindings.services, model.ports[port]?.service ?? '') ?? [];
    return all.concat(adapters, service);
  }, []);
  return Array.from(new Set([model.remote].concat(references.map(remoteOf))));
}

function remoteOf(reference: string): string {
  return reference.split('#')[0] ?? '';
}

function buildsOf(group: Group): ReadonlyMap<string, AdmittedBuild> {
  return group.now()?.builds ?? new Map();
}

function pick(builds: ReadonlyMap<string, AdmittedBuild>, remotes: readonly string[]): readonly AdmittedBuild[] {
  return remotes.map((remote) => builds.get(remote)).filter((build): build is AdmittedBuild => build !== undefined);
}
