import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import type { Principal } from '@testudo/fabric/access/principal';
import { createAdmission } from '@testudo/fabric/catalog/admission';
import type { Admission } from '@testudo/fabric/catalog/admission-api';
import { TestudoError } from '@testudo/fabric/error';
import { createHost } from '@testudo/fabric/host/create-host';
import { createFlowRunner } from '@testudo/fabric/host/flow-runner';
import { followConfiguration } from '@testudo/fabric/host/follow-configuration';
import { replicaRole } from '@testudo/fabric/host/replica-role';
import type { RunningHost } from '@testudo/fabric/host/host-options';
import { keepConnected } from '@testudo/fabric/mesh/connect-loop';
import { createMeshNode } from '@testudo/fabric/mesh/create-mesh-node';
import type { MeshNode } from '@testudo/fabric/mesh/mesh-node';
import type { Plain, PlainRecord } from '@testudo/fabric/plain';
import type { Platform } from '@testudo/fabric/platform';

import { directoryBuildStore } from '../directory-build-store.ts';
import { keptSecret } from '../kept-secret.ts';
import { fetchBytesBy } from '../fetch-bytes.ts';
import { fetchForRealmBy } from '../fetch-for-realm.ts';
import { digestOf, nodePlatform } from '../node-platform.ts';
import { startNodeRealm } from '../node-realm.ts';
import { createOriginPolicy } from '../origin-policy.ts';
import { privateDirectory } from '../private-directory.ts';
import { sqliteDatasource } from '../sqlite-datasource.ts';
import { websocketTransport } from '../websocket-transport.ts';
import { openDeviceSession } from './device-session.ts';
import type { DeviceSession } from './device-session.ts';

/** What a second device needs to know. */
export interface DeviceOptions {
  /** the server's origin */
  readonly server: string;
  /** absolute path of a directory of its own */
  readonly dataDirectory: string;
  readonly user: string;
  onError(error: unknown): void;
}

/** A device that has taken the catalogue and joined the mesh. */
export interface RunningDevice {
  readonly node: string;
  close(): Promise<void>;
}

/**
 * Starts a replica as a user's second device is one: with its own database, realm and copies of the builds, on the
 * mesh by the user's session. Serves `device.edit` with `{ id, changes }` to that user and to the server: it changes the
 * order there.
 */
export async function startDevice(options: DeviceOptions): Promise<RunningDevice> {
  const { server, dataDirectory, user } = options;
  await privateDirectory(dataDirectory);
  const platform = nodePlatform((error) => options.onError(error));
  const session = await openDeviceSession(server, user);
  const node = await keptSecret(join(dataDirectory, 'node-id'), () => `device-${randomBytes(4).toString('hex')}`);
  const principal: Principal = { user, roles: session.roles, tenant: session.config.tenant };
  const mesh = createMeshNode({ id: node, platform, local: principal });
  const admission = deviceAdmission(dataDirectory, session);
  const host = await createHost({
    node,
    runtime: 'node',
    createFlows: createFlowRunner,
    role: replicaRole,
    tenant: session.config.tenant,
    platform,
    mesh,
    datasource: sqliteDatasource({ path: join(dataDirectory, 'device.db') }),
    startRealm: startNodeRealm,
    // What a device may reach its server has named; both may be in one private network.
    fetch: fetchForRealmBy({ mayBePrivate: () => true }),
    bytes: (global, path) => admission.bytes(global, path),
    configuration: session.config.host,
  });
  const takeCatalog = catalogTaker({ session, admission, host, platform });
  await takeCatalog();
  mesh.subscribe('catalog.changed', () => void takeCatalog());
  followConfiguration({
    mesh,
    host,
    config: session.config,
    fetch: () => session.configuration(),
    onError: (error) => options.onError(error),
  });
  mesh.serve('device.edit', (body, { principal: asker }) => {
    demandOwnUser(asker, principal);
    return editOrder(host, body, principal);
  });
  const connection = await connected({
    mesh,
    host,
    platform,
    takeCatalog,
    url: meshUrl(server, node),
    cookie: session.cookie,
  });
  return {
    node,
    async close() {
      connection.dispose();
      mesh.close();
      await host.close();
    },
  };
}

function deviceAdmission(dataDirectory: string, { config }: DeviceSession): Admission {
  const { mode, allowedOrigins } = config;
  const origins = createOriginPolicy({ mode, allowedOrigins, privateOrigins: [] });
  return createAdmission({
    store: directoryBuildStore(dataDirectory),
    fetchBytes: fetchBytesBy(origins),
    digest: (bytes) => Promise.resolve(digestOf(bytes)),
    allowsOrigin: (origin) => origins.allows(origin),
  });
}

interface CatalogTaking {
  readonly session: DeviceSession;
  readonly admission: Admission;
  readonly host: RunningHost;
  readonly platform: Platform;
}

/** Takes the newest catalogue, one at a time; a failure is reported and leaves the former builds. */
function catalogTaker({ session, admission, host, platform }: CatalogTaking): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  const take = async (): Promise<void> => {
    const catalog = await session.catalog();
    const former = await admission.current();
    const { snapshot, refused } = await admission.take(catalog);
    for (const { error } of refused) platform.onError(error);
    if (former === undefined || snapshot.revision !== former.revision || host.models().length === 0)
      await host.useSnapshot(snapshot);
  };
  return () => (last = last.then(take).catch((error: unknown) => platform.onError(error)));
}

/** Lets the device's own user act on it, and the server. @throws TestudoError `FORBIDDEN` */
export function demandOwnUser(asker: Principal, own: Principal): void {
  if (asker.user === own.user || asker.roles.includes('host')) return;
  throw new TestudoError('FORBIDDEN', `this is a device of ${own.user}; ${asker.user || 'nobody'} may not edit on it`);
}

async function editOrder(host: RunningHost, body: Plain, principal: Principal): Promise<Plain> {
  const { id, changes } = (body ?? {}) as { id?: unknown; changes?: unknown };
  if (typeof id !== 'string' || typeof changes !== 'object' || changes === null) {
    throw new TestudoError('BAD_REQUEST', 'device.edit needs { id, changes }');
  }
  const { state, opId } = await host.write(
    { modelName: 'order', kind: 'update', id, input: changes as PlainRecord },
    principal,
  );
  return { id, opId, version: state.version };
}

interface Connecting {
  readonly mesh: MeshNode;
  readonly host: RunningHost;
  readonly platform: Platform;
  readonly url: string;
  readonly cookie: string;
  takeCatalog(): Promise<void>;
}

/** Joins the mesh and stays in it; resolves at the first link. */
function connected({ mesh, host, platform, url, cookie, takeCatalog }: Connecting): Promise<{ dispose(): void }> {
  return new Promise((resolve) => {
    const connection = keepConnected({
      transport: websocketTransport({ url, headers: { cookie } }),
      node: mesh,
      platform,
      onOpen: () => {
        host.setOnline(true, 'connected');
        void takeCatalog();
        resolve(connection);
      },
      onClose: ({ reason }) => host.setOnline(false, reason),
    });
  });
}

function meshUrl(server: string, node: string): string {
  return `${server.replace(/^http/, 'ws')}/api/mesh?node=${node}`;
}
