import type { AdmittedBuild, BuildStore } from '@testudo/fabric/catalog/admission-api';
import type { Catalog } from '@testudo/fabric/catalog/catalog';
import { federationName } from '@testudo/fabric/catalog/sidecar';
import { settle, TestudoError } from '@testudo/fabric/error';
import type { WireError } from '@testudo/fabric/error';
import type { MeshNode } from '@testudo/fabric/mesh/mesh-node';
import type { Plain, PlainRecord } from '@testudo/fabric/plain';

import type { CatalogService } from './catalog/catalog-service.ts';
import { withMoved } from './configure/configuration-changes.ts';
import type { PortMove } from './configure/configuration-changes.ts';
import type { ConfigurationService } from './configure/configuration-service.ts';
import { partnerNames } from './demo/partners/partner-call.ts';
import type { Mishap, PartnerCall, PartnerName } from './demo/partners/partner-call.ts';
import type { DemoFile } from './demo-file.ts';

/** A build that the demo can deploy. */
export interface DemoBuild {
  readonly build: string;
  /** '' for the sources as they are, else the name of the changed variant */
  readonly variant: string;
  readonly url: string;
}

/** The document of `GET /api/demo`. */
export interface DemoReport {
  readonly remotes: readonly {
    readonly name: string;
    readonly origin: string;
    /** the build that the catalogue names */
    readonly active: string | null;
    readonly builds: readonly DemoBuild[];
  }[];
  readonly device: { readonly node: string; readonly pid: number } | null;
  readonly server: { readonly pid: number };
}

/** The acts behind the buttons of the live proof. Exists in loopback demo mode only. */
export interface DemoControl {
  report(): Promise<DemoReport>;
  /** @throws TestudoError what a deploy throws; `NOT_FOUND` for an unknown remote or build */
  deploy(remote: string, build: string): Promise<Catalog>;
  /** Has the remote's origin alter one byte of a build that does not run now, and tries to deploy that. */
  tamper(remote: string): Promise<TamperOutcome>;
  /** Has the second device change an object there. @throws TestudoError `NO_RESPONDERS` when it is not there */
  editOnDevice(id: string, changes: PlainRecord): Promise<Plain>;
  /** Has a partner's next calls go wrong, one after another; none ends that. */
  setMishaps(plan: MishapPlan): Promise<void>;
  /**
   * Has one port run elsewhere from now on, whatever its model says, and no other; `null`: none.
   * @throws TestudoError `BAD_REQUEST` when there is none of that name, `CONFLICT` when the configuration changes meanwhile
   */
  movePort(move: PortMove | null): Promise<void>;
  /** Every call that the partners got for an order, in their own words, oldest first. */
  partnerCalls(orderId: string): Promise<readonly NotedCall[]>;
  /** Verifies a build from anywhere as a deploy would, and deploys nothing. @throws TestudoError what a deploy throws */
  inspect(url: string): Promise<InspectedBuild>;
  /** Ends this process as a power cut would: nothing is flushed, nothing is said. */
  kill(): void;
}

/** What became of the attempt to deploy an altered build; `refused` is `null` if it was let in. */
export interface TamperOutcome {
  readonly refused: WireError | null;
  /** the build that serves now */
  readonly serving: string | null;
}

/** A build whose every file was fetched and hashed. */
export interface InspectedBuild {
  readonly name: string;
  readonly kind: string;
  readonly build: string;
  readonly origin: string;
  readonly files: number;
  readonly bytes: number;
}

/** Which calls of which partner are to go wrong, and how. */
export interface MishapPlan {
  readonly partner: PartnerName;
  /** the path of the calls that it befalls; '' for all */
  readonly act: string;
  readonly mishaps: readonly Mishap[];
}

/** A call with the partner that noted it. */
export interface NotedCall extends PartnerCall {
  readonly partner: PartnerName;
}

export interface DemoControlOptions {
  /** read anew at each use: devices come and go */
  readonly readFile: () => Promise<DemoFile>;
  readonly catalog: CatalogService;
  readonly live: Pick<ConfigurationService, 'current' | 'put'>;
  readonly mesh: Pick<MeshNode, 'request'>;
  readonly store: Pick<BuildStore, 'remove'>;
  /** Fetches and verifies all of a build, and keeps nothing. */
  readonly verify: (url: string) => Promise<AdmittedBuild>;
}

/** The demo's acts, each a real one. */
export function createDemoControl({ readFile, catalog, live, mesh, store, verify }: DemoControlOptions): DemoControl {
  const activeBuild = (name: string): string | null =>
    catalog.current().remotes.find((remote) => remote.name === name)?.build ?? null;
  const remoteOf = async (name: string): Promise<DemoFile['remotes'][number]> => {
    const remote = (await readFile()).remotes.find((listed) => listed.name === name);
    if (remote !== undefined) return remote;
    throw new TestudoError('NOT_FOUND', `the demo has no remote ${name.slice(0, 80)}`);
  };
  return {
    async report() {
      const { remotes, device } = await readFile();
      const listed = remotes.map(async ({ name, origin }) => ({
        name,
        origin,
        active: activeBuild(name),
        builds: await buildsOf(origin),
      }));
      return { remotes: await Promise.all(listed), device, server: { pid: process.pid } };
    },
    async deploy(name, build) {
      const { origin } = await remoteOf(name);
      const wanted = (await buildsOf(origin)).find((known) => known.build === build);
      if (wanted === undefined)
        throw new TestudoError('NOT_FOUND', `${origin} has no build ${build.slice(0, 80)} of ${name}`);
      return catalog.deploy({ name, url: wanted.url });
    },
    async tamper(name) {
      const { origin } = await remoteOf(name);
      const { tamper } = await readFile();
      const other = (await buildsOf(origin)).findLast(({ build }) => build !== activeBuild(name));
      if (other === undefined)
        throw new TestudoError('NOT_FOUND', `${name} has one build only; there is no other one to tamper with`);
      await store.remove(federationName({ name, build: other.build }));
      await command(tamper, { remote: name, path: `/${other.build}/entry.` });
      try {
        const outcome = await settle(() => catalog.deploy({ name, url: other.url }));
        return { refused: outcome.ok ? null : outcome.error, serving: activeBuild(name) };
      } finally {
        await command(tamper, { remote: name, path: null });
      }
    },
    async editOnDevice(id, changes) {
      const { device } = await readFile();
      if (device === null) throw new TestudoError('NO_RESPONDERS', 'the second device is not running');
      return mesh.request('device.edit', { id, changes }, { to: device.node });
    },
    async setMishaps({ partner, act, mishaps }) {
      await command((await readFile()).partners[partner], { act, mishaps });
    },
    async movePort(move) {
      const { changes, revision } = live.current();
      await live.put(withMoved(changes, move), revision);
    },
    async partnerCalls(orderId) {
      const { partners } = await readFile();
      const noted = await Promise.all(partnerNames.map((partner) => callsOf(partner, partners[partner])));
      return noted
        .flat()
        .filter((call) => call.orderId === orderId)
        .sort((a, b) => a.atMs - b.atMs);
    },
    async inspect(url) {
      if (!URL.canParse(url)) throw new TestudoError('BAD_REQUEST', `${url} is no URL; give that of a remote.json`);
      const { sidecar, remote } = await verify(url);
      const { name, kind, build, files } = sidecar;
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      return { name, kind, build, origin: new URL(remote.url).origin, files: files.length, bytes };
    },
    kill: () => void process.kill(process.pid, 'SIGKILL'),
  };
}

/** The newest build of each variant. */
async function buildsOf(origin: string): Promise<readonly DemoBuild[]> {
  const response = await reach(`${origin}/builds.json`, {});
  const { builds } = (await response.json()) as { builds: readonly { build: string; variant: string }[] };
  const newest = builds.filter(
    ({ variant }, index) => builds.findLastIndex((other) => other.variant === variant) === index,
  );
  return newest.map(({ build, variant }) => ({ build, variant, url: `${origin}/${build}/remote.json` }));
}

async function callsOf(partner: PartnerName, { url }: DemoFile['tamper']): Promise<readonly NotedCall[]> {
  const response = await reach(new URL('/log', url).href, {});
  return ((await response.json()) as readonly PartnerCall[]).map((call) => ({ ...call, partner }));
}

async function command({ url, token }: DemoFile['tamper'], order: PlainRecord): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  await reach(url, { method: 'POST', headers, body: JSON.stringify(order) });
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(5000) });
  } catch (cause) {
    throw new TestudoError('UNAVAILABLE', `${url} does not answer; is that process of the demo still running?`, {
      cause,
    });
  }
  if (response.ok) return response;
  throw new TestudoError('UNAVAILABLE', `${url} answered ${response.status}`);
}
