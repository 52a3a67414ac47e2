import type { Snapshot } from '../catalog/admission-api.ts';
import type { Sidecar } from '../catalog/sidecar.ts';
import { settle, TestudoError, type Result } from '../error.ts';
import type { Platform } from '../platform.ts';
import { actOnPort, type ActOptions } from '../port/act-on-port.ts';
import type { LoadedBuild, RealmApi } from '../realm/realm-api.ts';
import { checkModel } from '../spec/check-spec.ts';
import { decide } from '../spec/decide.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import type { Adapter } from '../spec/port-spec.ts';
import { reportModel } from '../spec/report-model.ts';
import { presented } from '../spec/serializers.ts';

const integrity = `sha384-${'A'.repeat(64)}`;

/** One build of a remote of models, of which there are no files. */
export interface TestBuild {
  readonly remote: string;
  readonly build: string;
  readonly models: readonly ModelSpec[];
}

/** What a test's ports do, by name, one adapter or several; a port without an adapter answers nothing, so that its flow waits. */
export type Adapters = { readonly [port: string]: CalledPort | readonly CalledPort[] };
export type CalledPort = ReturnType<Adapter<undefined>>;

function globalOf({ remote, build }: Pick<TestBuild, 'remote' | 'build'>): string {
  return `testudo_${remote}_${build}`;
}

function sidecarOf({ remote: name, build }: TestBuild): Sidecar {
  return {
    ...{ name, kind: 'model', version: '1.0.0', build, api: 1, mf: '2.9' },
    entry: 'entry.js',
    global: globalOf({ remote: name, build }),
    exposes: ['./models'],
    files: [{ path: 'entry.js', integrity, bytes: 1 }],
    capabilities: {},
  };
}

/** The snapshot of these builds. */
export function snapshotOf(builds: readonly TestBuild[], revision: number = 1): Snapshot {
  return {
    revision,
    builds: builds.map((each) => {
      const url = `http://${each.remote}.test/remote.json`;
      return {
        remote: { name: each.remote, kind: 'model', build: each.build, url, integrity },
        sidecar: sidecarOf(each),
      };
    }),
  };
}

/** A realm without a thread, which runs models as they are: no bytes, no isolation. @param builds all that it may be asked to load */
export function modelRealm(builds: readonly TestBuild[], adapters: Adapters, platform: Platform): RealmApi {
  const models = new Map<string, { readonly checked: ModelSpec; readonly global: string }>();
  let made = 0;
  const use: ActOptions['use'] = (port, run) => {
    const found = adapters[port];
    if (found === undefined) return new Promise(() => undefined);
    const called = typeof found === 'function' ? [found] : found;
    const named = called.map((adapter, index) => ({ name: `thing#${port}${index}`, adapter: () => adapter }));
    return run({ adapters: named, service: undefined });
  };
  const model = (name: string): { readonly checked: ModelSpec; readonly global: string } => {
    const found = models.get(name);
    if (found) return found;
    throw new TestudoError('UNAVAILABLE', `this realm has not loaded ${name}`);
  };
  const load = (sidecar: Sidecar): LoadedBuild => {
    const { name: remote, build, global } = sidecar;
    const found = builds.find((each) => globalOf(each) === global);
    if (found === undefined) throw new TestudoError('LOAD_FAILED', `there is no build ${global}`);
    const checked = found.models.map((spec) => checkModel(spec, remote, build));
    for (const each of checked) models.set(each.modelName, { checked: each, global });
    const reports = checked.map((each) => reportModel(each, remote, global));
    return { remote, build, global, adapters: [], services: [], models: reports };
  };
  const done = async (): Promise<Result<null>> => ({ ok: true, value: null });
  return {
    load: ({ sidecar }) => settle(() => load(sidecar)),
    bind: done,
    evict: done,
    handleEvent: done,
    keep: done,
    decide: (requests) =>
      Promise.all(
        requests.map((request) =>
          settle(() => {
            const { checked, global } = model(request.modelName);
            return decide(checked, request, { build: global, uuid: () => `uuid-${(made += 1)}`, now: () => 0 });
          }),
        ),
      ),
    callPort: (request) =>
      settle(async () => {
        const { checked, global } = model(request.modelName);
        const outcome = await actOnPort(checked, request, { use, isBound: (port) => port in adapters, platform });
        return { ...outcome, build: global };
      }),
    present: ({ modelName, objects }) =>
      settle(() => objects.map((object) => presented(model(modelName).checked, object))),
    callAdapter: async () => ({ ok: false, error: { code: 'ADAPTER_MISSING', message: 'not here' } }),
    inspect: async () => ({ ok: false, error: { code: 'UNAVAILABLE', message: 'not here' } }),
  };
}
