import type { AppProps } from '@testudo/fabric';

import { pickPeers } from '../place.ts';
import { getDemo, getHealth, postDemo } from '../server-api.ts';
import type { DemoReport, Health } from '../server-api.ts';
import { waitForEvent } from '../wait-for-event.ts';
import type { Act, ActContext } from './act.ts';

export type Deployable = 'order' | 'store';

/** Deploys the changed build of a remote, or its usual one again, and compares the server's process before and after. */
export function deployBuild(remote: Deployable, direction: 'deploy' | 'rollback'): Act {
  return async (context) => {
    const { from, to } = chooseBuild(await getDemo(), remote, direction);
    if (from === to) return `${remote} runs build ${to} already.`;
    const typed = context.typed();
    const before = await getHealth();
    const beganMs = performance.now();
    const tookOver = takesOver(context, remote, to);
    await Promise.all([postDemo('deploy', { remote, build: to }), tookOver]);
    const took = `${remote} ${from} → ${to}, ${wordsOf(remote)} after ${Math.round(performance.now() - beganMs)} ms`;
    const isKept = context.typed() === typed;
    return `${took}. Your text: ${isKept ? 'still there' : 'changed meanwhile'}. ${compareHealth(before, await getHealth())}`;
  };
}

function chooseBuild({ remotes }: DemoReport, remote: Deployable, direction: 'deploy' | 'rollback') {
  const listed = remotes.find(({ name }) => name === remote);
  const wanted = listed?.builds.find(({ variant }) => (variant === '') === (direction === 'rollback'));
  if (wanted !== undefined) return { from: listed?.active ?? 'nothing', to: wanted.build };
  throw Object.assign(new Error(`the demo has no such build of ${remote}; build it with --variant v2`), {
    code: 'NOT_FOUND',
  });
}

/** A model runs in realms, here and on the server; a page is only admitted, and shown at the next navigation. */
async function takesOver({ app, state }: ActContext, remote: Deployable, build: string): Promise<void> {
  const server = pickPeers(state().peers).server?.node;
  const nodes = remote === 'store' ? [] : [state().own?.node, server].filter((node) => node !== undefined);
  await Promise.all([
    ...nodes.map((node) => switched(app, node, build)),
    ...(remote === 'store' ? [catalogueNames(app, remote, build)] : []),
  ]);
}

async function switched({ events }: AppProps, node: string, build: string): Promise<void> {
  await waitForEvent(
    events,
    (event) => event.type === 'build' && event.phase === 'switched' && event.node === node && event.build === build,
    `the switch of ${node} to build ${build}`,
  );
}

async function catalogueNames({ events, shell }: AppProps, remote: string, build: string): Promise<void> {
  const isNamed = () => shell.catalog().remotes.some((listed) => listed.name === remote && listed.build === build);
  await waitForEvent(
    events,
    (event) => isNamed() || (event.type === 'build' && event.phase === 'admitted' && event.build === build),
    `the admission of build ${build} here`,
  );
}

function wordsOf(remote: Deployable): string {
  return remote === 'store' ? 'verified here and shown at the next visit to the shop,' : 'here and on the server';
}

/** What a deploy did to the server's process and its connections. */
export function compareHealth(before: Health, after: Health): string {
  const process = before.pid === after.pid ? `pid ${after.pid} as before` : `pid ${before.pid} became ${after.pid}`;
  const up = `up ${Math.round(after.uptimeMs / 1000)} s`;
  const dropped =
    after.closed === undefined ? Math.max(0, before.sockets - after.sockets) : after.closed - (before.closed ?? 0);
  return `Server: ${process}, ${up}, connections dropped: ${dropped}.`;
}
