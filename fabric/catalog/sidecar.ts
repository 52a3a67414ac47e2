import * as v from 'valibot';

import { TestudoError } from '../error.ts';

/** The host interface that this fabric offers to remotes; it accepts builds of this version and the one before. */
export const API_VERSION: number = 1;

/** One file of a build with the digest that its bytes must have. */
export interface SidecarFile {
  readonly path: string;
  /** `sha384-<base64>` */
  readonly integrity: string;
  readonly bytes: number;
}

export type RemoteKind = 'ui' | 'model' | 'adapter' | 'service' | 'library';
export type Expose = './app' | './models' | './adapters' | './services' | './library';

/** `remote.json`: a build's name, needs and files with their digests. */
export interface Sidecar {
  readonly name: string;
  readonly kind: RemoteKind;
  readonly version: string;
  readonly build: string;
  /** the host interface it was built for */
  readonly api: number;
  /** the Module Federation version it was built with, as `major.minor` */
  readonly mf: string;
  /** path of the container's script */
  readonly entry: string;
  /** the container's global and this build's unique name: `testudo_<name>_<build>`, `-` in the name becoming `_` */
  readonly global: string;
  readonly exposes: readonly Expose[];
  /** kind `ui`: the scope whose shared libraries it uses; kind `library`: the scope that it provides */
  readonly shareScope?: string;
  /** kind `library`: the modules it provides, at `version` */
  readonly provides?: readonly string[];
  readonly files: readonly SidecarFile[];
  readonly capabilities: {
    /** named endpoints (`endpoint:warehouse`) or origins that its code asks to fetch from */
    readonly fetch?: readonly string[];
  };
  readonly types?: string;
}

const name = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9-]{0,39}$/, 'a name is 1 to 40 of a-z 0-9 -, beginning with a letter'),
);
const build = v.pipe(v.string(), v.regex(/^[a-z0-9]{1,40}$/, 'a build is 1 to 40 of a-z 0-9'));
const path = v.pipe(
  v.string(),
  v.maxLength(200),
  v.regex(
    /^[A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/,
    'a file path is relative, without "..", query or scheme',
  ),
);

const fileSchema = v.strictObject({
  path,
  integrity: v.pipe(v.string(), v.regex(/^sha384-[A-Za-z0-9+/]{64}$/, 'integrity is sha384 in base64')),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(16 * 1024 * 1024)),
});

const sidecarSchema: v.GenericSchema<unknown, Sidecar> = v.strictObject({
  name,
  kind: v.picklist(['ui', 'model', 'adapter', 'service', 'library']),
  version: v.pipe(v.string(), v.maxLength(60)),
  build,
  api: v.pipe(v.number(), v.integer(), v.minValue(1)),
  mf: v.pipe(v.string(), v.regex(/^\d+\.\d+$/)),
  entry: path,
  global: v.pipe(v.string(), v.regex(/^testudo_[a-z][a-z0-9_]{0,39}_[a-z0-9]{1,40}$/)),
  exposes: v.pipe(
    v.array(v.picklist(['./app', './models', './adapters', './services', './library'])),
    v.minLength(1),
    v.maxLength(5),
  ),
  shareScope: v.exactOptional(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9]{0,30}$/))),
  provides: v.exactOptional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(80))), v.maxLength(40))),
  files: v.pipe(v.array(fileSchema), v.minLength(1), v.maxLength(2000)),
  capabilities: v.strictObject({
    fetch: v.exactOptional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(200))), v.maxLength(50))),
  }),
  types: v.exactOptional(path),
});

/**
 * A sidecar from untrusted JSON text.
 * @throws TestudoError `SIDECAR_INVALID` naming the key and what it must be; `API_UNSUPPORTED` for another host interface
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
  const parsed = v.safeParse(sidecarSchema, value);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw new TestudoError('SIDECAR_INVALID', `remote.json: ${v.getDotPath(issue) ?? 'document'}: ${issue.message}`);
  }
  return checked(parsed.output);
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
  if (sidecar.api !== API_VERSION && sidecar.api !== API_VERSION - 1) {
    throw new TestudoError(
      'API_UNSUPPORTED',
      `${sidecar.name} was built for host api ${sidecar.api}, this host offers ${API_VERSION}; rebuild it with this host's preset`,
    );
  }
  return sidecar;
}
