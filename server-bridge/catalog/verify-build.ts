import { createAdmission } from '@testudo/fabric/catalog/admission';
import type { AdmittedBuild, BuildStore } from '@testudo/fabric/catalog/admission-api';
import { TestudoError } from '@testudo/fabric/error';

import { readSidecar, type RemoteLookup } from './describe-remote.ts';

/** Takes everything and keeps nothing. */
const noStore: BuildStore = {
  put: () => Promise.resolve(),
  get: () => Promise.resolve(undefined),
  remove: () => Promise.resolve(),
  buckets: () => Promise.resolve([]),
  readSnapshot: () => Promise.resolve(undefined),
  writeSnapshot: () => Promise.reject(new TestudoError('INTERNAL', 'what is verified only is in no snapshot')),
};

/**
 * Fetches and verifies all of a build as its deploy would. Nothing of it stays here, not even its name: whoever may
 * only look at builds takes no id from one that is deployed later.
 * @throws TestudoError what a deploy throws
 */
export async function verifyBuild(url: string, lookup: RemoteLookup): Promise<AdmittedBuild> {
  const { sidecar, integrity } = await readSidecar({ url }, lookup);
  const { name, kind, build } = sidecar;
  return createAdmission({ store: noStore, ...lookup }).admit({ name, kind, build, url, integrity });
}
