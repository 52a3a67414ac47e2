import { TestudoError } from '../error.ts';
import { list, oneOf, record, text, textOf, whole } from './shape.ts';
import type { Shape } from './shape.ts';
import { demandSupported } from './supported.ts';

/** One file of a build with the digest that its bytes must have. */
export interface SidecarFile {
  readonly path: string;
  /** `sha384-<base64>` */
  readonly integrity: string;
  readonly bytes: number;
}

export type RemoteKind = 'ui' | 'model' | 'adapter' | 'service' | 'library';
export type Expose = './app' | './models' | './adapters' | './services' | './library';

/** A WebAssembly file of a build; a realm checks it when it loads the build. */
export interface WasmDeclaration {
  readonly path: string;
  readonly exposes: './models' | './adapters' | './services';
  /** `plain`: JSON both ways; `bytes`: services only; `strings`: the older interface of lists of texts */
  readonly interface: 'plain' | 'bytes' | 'strings';
  /** most pages (64 KiB each) that its memory may have */
  readonly maxPages: number;
  /** `./services`: the service's name */
  readonly service?: string;
  /** its exported functions that are adapters, or the service's methods; a model describes itself */
  readonly functions?: readonly string[];
  /** what it imports, as `module.name` */
  readonly imports?: readonly string[];
}

/** `remote.json`: a build's name, needs and files with their digests. */
export interface Sidecar {
  readonly name: string;
  readonly kind: RemoteKind;
  /** who publishes it: what a trust group may be made of */
  readonly publisher?: string;
  readonly version: string;
  readonly build: string;
  /** the host interface it was built for */
  readonly api: number;
  /** the Module Federation version it was built with, as `major.minor` */
  readonly mf: string;
  /** path of the container's script, or of a WebAssembly file in a build without scripts */
  readonly entry: string;
  /** the container's global and this build's unique name: `testudo_<name>_<build>`, `-` in the name becoming `_` */
  readonly global: string;
  readonly exposes: readonly Expose[];
  /** kind `ui`: the scope whose shared libraries it uses; kind `library`: the scope that it provides */
  readonly shareScope?: string;
  /** kind `library`: the modules it provides, at `version` */
  readonly provides?: readonly string[];
  readonly files: readonly SidecarFile[];
  readonly wasm?: readonly WasmDeclaration[];
  /** paths of the files that its exposes begin with: what a browser may fetch early */
  readonly preload?: readonly string[];
  readonly capabilities: {
    /** named endpoints (`endpoint:warehouse`) or origins that its code asks to fetch from */
    readonly fetch?: readonly string[];
    /** built-ins of Node (`node:net`) that its services ask for */
    readonly builtins?: readonly string[];
  };
  readonly types?: string;
}

/** Shape of a remote's name. */
export const nameShape: Shape = text(/^[a-z][a-z0-9-]{0,39}$/, '1 to 40 of a-z 0-9 -, beginning with a letter');

/** Shape of a build's id. */
export const buildShape: Shape = text(/^[a-z0-9]{1,40}$/, '1 to 40 of a-z 0-9');

/** Shape of a remote's kind. */
export const kindShape: Shape = oneOf<RemoteKind>(['ui', 'model', 'adapter', 'service', 'library']);

/** Shape of a file's digest. */
export const integrityShape: Shape = text(/^sha384-[A-Za-z0-9+/]{64}$/, 'sha384 in base64');

const pathShape = text(
  /^(?=.{1,200}$)[A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/,
  'a relative file path of at most 200 characters, without "..", query or scheme',
);

const builtinShape = text(/^node:[a-z][a-z0-9_/]{0,40}$/, 'a built-in of Node, such as node:net');

const fileShape = record<SidecarFile>({
  required: { path: pathShape, integrity: integrityShape, bytes: whole(0, 16 * 1024 * 1024) },
});

const sidecarShape = record<Sidecar>({
  required: {
    name: nameShape,
    kind: kindShape,
    version: textOf(60),
    build: buildShape,
    api: whole(1),
    mf: text(/^\d+\.\d+$/, 'major.minor'),
    entry: pathShape,
    global: text(/^testudo_[a-z][a-z0-9_]{0,39}_[a-z0-9]{1,40}$/, 'testudo_<name>_<build>'),
    exposes: list(oneOf<Expose>(['./app', './models', './adapters', './services', './library']), 1, 5),
    files: list(fileShape, 1, 2000),
    capabilities: record<Sidecar['capabilities']>({
      required: {},
      optional: { fetch: list(textOf(200), 0, 50), builtins: list(builtinShape, 0, 20) },
    }),
  },
  optional: {
    publisher: nameShape,
    shareScope: text(/^[a-z][a-z0-9]{0,30}$/, '1 to 31 of a-z 0-9, beginning with a letter'),
    provides: list(textOf(80), 0, 40),
    preload: list(pathShape, 0, 20),
    wasm: list(() => null, 0, 20),
    types: pathShape,
  },
});

/**
 * A sidecar from untrusted JSON text.
 * @throws TestudoError `SIDECAR_INVALID` naming the key and what it must be; `API_UNSUPPORTED` for another host interface or runtime
 */
export function parseSidecar(text: string): Sidecar {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TestudoError('SIDECAR_INVALID', 'remote.json is not JSON; does the URL point at a remote build?', {
      cause,
    });
  }
  const fault = sidecarShape(value, '');
  if (fault !== null) throw new TestudoError('SIDECAR_INVALID', `remote.json: ${fault}`);
  return checked(value as Sidecar);
}

/** The global and unique name of a build: `testudo_<name>_<build>`, `-` in the name becoming `_`. */
export function federationName({ name, build }: { readonly name: string; readonly build: string }): string {
  return `testudo_${name.split('-').join('_')}_${build}`;
}

function checked(sidecar: Sidecar): Sidecar {
  const paths = new Set(sidecar.files.map((file) => file.path));
  if (paths.size !== sidecar.files.length)
    throw new TestudoError('SIDECAR_INVALID', 'remote.json: files: a path is listed twice');
  if (!paths.has(sidecar.entry))
    throw new TestudoError('SIDECAR_INVALID', `remote.json: entry: ${sidecar.entry} is not among files`);
  if (sidecar.global !== federationName(sidecar))
    throw new TestudoError('SIDECAR_INVALID', `remote.json: global: must be ${federationName(sidecar)}`);
  demandSupported(sidecar);
  return sidecar;
}
