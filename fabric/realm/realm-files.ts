import { verify } from '../catalog/integrity.ts';
import type { LoaderEnvironment, LoaderSource } from '../catalog/loader-api.ts';
import type { SidecarFile } from '../catalog/sidecar.ts';
import { TestudoError, unwrap } from '../error.ts';
import type { Platform } from '../platform.ts';
import type { ExecutedFile, RealmHost } from './realm-api.ts';

/** Runs a script in the realm's global scope. Throws what the script throws. */
export type Evaluate = (script: ArrayBuffer, url: string) => void | Promise<void>;

/** The loader's environment in a realm, with an account of what ran. */
export interface RealmFiles extends LoaderEnvironment {
  /** The bytes of a file, verified; the account of what ran has it. @throws TestudoError `INTEGRITY_MISMATCH` */
  read(global: string, file: SidecarFile): Promise<ArrayBuffer>;
  executed(global: string): readonly ExecutedFile[];
  /** whether the realm waits for bytes of its host now */
  isWaiting(): boolean;
  forget(global: string): void;
}

export interface RealmFilesOptions {
  readonly global: object;
  readonly platform: Pick<Platform, 'digest'>;
  readonly evaluate: Evaluate;
  readonly bytes: RealmHost['bytes'];
}

/** A realm has no network: its host hands over the bytes, and the realm hashes them itself before they run. */
export function createRealmFiles({ global, platform, evaluate, bytes }: RealmFilesOptions): RealmFiles {
  const executed = new Map<string, ExecutedFile[]>();
  let waiting = 0;
  const bytesOf = async (name: string, path: string): Promise<ArrayBuffer> => {
    waiting += 1;
    try {
      return unwrap(await bytes(name, path));
    } finally {
      waiting -= 1;
    }
  };
  const verified = async (name: string, file: SidecarFile): Promise<ArrayBuffer> => {
    const content = await bytesOf(name, file.path);
    await verify(content, file, (given) => platform.digest(given));
    return content;
  };
  const enter = async (name: string, { path }: SidecarFile, content: ArrayBuffer): Promise<void> => {
    const integrity = await platform.digest(content);
    executed.set(name, (executed.get(name) ?? []).concat({ path, integrity }));
  };
  return {
    global,
    async run(source) {
      const script = await verified(source.global, source.file);
      await evaluateFile(script, source, evaluate);
      await enter(source.global, source.file, script);
    },
    async read(name, file) {
      const content = await verified(name, file);
      await enter(name, file, content);
      return content;
    },
    isWaiting: () => waiting > 0,
    executed: (name) => executed.get(name) ?? [],
    forget: (name) => executed.delete(name),
  };
}

async function evaluateFile(script: ArrayBuffer, { url, file }: LoaderSource, evaluate: Evaluate): Promise<void> {
  try {
    await evaluate(script, url);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new TestudoError('LOAD_FAILED', `${file.path} threw while it ran: ${message}`, { cause });
  }
}
