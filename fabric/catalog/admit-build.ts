import { TestudoError, hasCode } from '../error.ts';
import type { AdmissionOptions, AdmittedBuild } from './admission-api.ts';
import type { CatalogRemote } from './catalog.ts';
import { mismatch, verify, verifyDigest } from './integrity.ts';
import { federationName, parseSidecar } from './sidecar.ts';
import type { Sidecar, SidecarFile } from './sidecar.ts';

const sidecarPath = 'remote.json';

/**
 * Fetches, verifies and stores every file of a build; the sidecar goes last, so a bucket that holds it is complete.
 * @param isServing whether the current snapshot names the build: then its bucket stays, whatever becomes of this attempt
 * @throws TestudoError as `Admission.admit`; the bucket of a build that does not serve is removed then
 */
export async function fetchBuild(
  remote: CatalogRemote,
  options: AdmissionOptions,
  isServing: boolean,
): Promise<AdmittedBuild> {
  demandOrigin(remote, options);
  const stored = await storedBuild(remote, options);
  if (stored) return stored;
  const text = await options.fetchBytes(remote.url);
  await verifyDigest(text, { path: sidecarPath, integrity: remote.integrity }, options.digest);
  const build: AdmittedBuild = { remote, sidecar: parseFor(remote, text) };
  try {
    await storeFiles(build, options);
    await options.store.put(build, sidecarPath, text);
  } catch (error) {
    if (!isServing) await options.store.remove(build.sidecar.global);
    throw error;
  }
  return build;
}

function demandOrigin({ name, url }: CatalogRemote, options: AdmissionOptions): void {
  const { origin } = new URL(url);
  if (options.allowsOrigin(origin)) return;
  const message = `${name} is at ${origin}, which this host does not allow; add it to allowedOrigins in testudo.config.ts`;
  throw new TestudoError('ORIGIN_NOT_ALLOWED', message, { data: { origin } });
}

async function storedBuild(
  remote: CatalogRemote,
  { store, digest }: AdmissionOptions,
): Promise<AdmittedBuild | undefined> {
  const text = await store.get(federationName(remote), sidecarPath);
  if (!text || (await digest(text)) !== remote.integrity) return undefined;
  return { remote, sidecar: parseFor(remote, text) };
}

function parseFor(remote: CatalogRemote, text: ArrayBuffer): Sidecar {
  const sidecar = parseSidecar(new TextDecoder().decode(text));
  for (const key of ['name', 'kind', 'build'] as const) {
    if (sidecar[key] === remote[key]) continue;
    throw new TestudoError(
      'SIDECAR_INVALID',
      `${remote.url}: ${key}: expected ${remote[key]} as in the catalogue, found ${sidecar[key]}`,
    );
  }
  return sidecar;
}

async function storeFiles(build: AdmittedBuild, options: AdmissionOptions): Promise<void> {
  const failures: unknown[] = [];
  const storeFile = async (file: SidecarFile): Promise<void> => {
    try {
      const bytes = await fetchFile(new URL(file.path, build.remote.url).href, file, options);
      await verify(bytes, file, options.digest);
      if (failures.length === 0) await options.store.put(build, file.path, bytes);
    } catch (error) {
      failures.push(error);
    }
  };
  await Promise.all(build.sidecar.files.map(storeFile));
  if (failures.length > 0) throw failures[0];
}

async function fetchFile(url: string, file: SidecarFile, { fetchBytes }: AdmissionOptions): Promise<ArrayBuffer> {
  try {
    return await fetchBytes(url, file.bytes);
  } catch (cause) {
    if (hasCode(cause) && cause.code === 'TOO_LARGE') throw mismatch(file.path, `${file.bytes} bytes`, 'more');
    throw cause;
  }
}
