import { verify } from '../catalog/integrity.ts';
import type { LoaderEnvironment, LoaderSource } from '../catalog/loader-api.ts';
import { TestudoError, unwrap } from '../error.ts';
import type { Platform } from '../platform.ts';
import type { ExecutedFile, RealmHost } from './realm-api.ts';

/** Runs a script in the realm's global scope. Throws what the script throws. */
export type Evaluate = (script: ArrayBuffer, url: string) => void | Promise<void>;

/** The loader's environment in a realm, with an account of what ran. */
export interface RealmFiles extends LoaderEnvironment {
  executed(global: string): readonly ExecutedFile[];
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
  return {
    global,
    async run(source) {
      const script = unwrap(await bytes(source.global, source.file.path));
      await verify(script, source.file, (content) => platform.digest(content));
      await evaluateFile(script, source, evaluate);
      const { path } = source.file;
      const integrity = await platform.digest(script);
      executed.set(source.global, (executed.get(source.global) ?? []).concat({ path, integrity }));
    },
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
