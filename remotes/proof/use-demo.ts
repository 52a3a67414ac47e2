import type { AppProps } from '@testudo/fabric';
import { useEffect, useState } from 'react';

import { getDemo } from './server-api.ts';
import type { DemoReport } from './server-api.ts';

/** Whether the demo's acts can be had: `absent` in production, `unreachable` while the server has not answered yet. */
export interface Demo {
  readonly status: 'asking' | 'there' | 'absent' | 'unreachable';
  /** whether the second device runs, so that it can be asked to change something */
  readonly hasDevice: boolean;
  /** the address of a build that runs nowhere yet; '' while there is none */
  readonly sampleUrl: string;
}

const nothing = { hasDevice: false, sampleUrl: '' };

/**
 * Asks for the demo's acts once, and again whenever a node comes. Acts that are there stay while the server is
 * away: one of them may be what it is away for.
 */
export function useDemo({ events, shell }: AppProps): Demo {
  const [demo, setDemo] = useState<Demo>({ status: 'asking', ...nothing });
  const [asked, setAsked] = useState(0);
  const isProduction = shell.mode === 'production';
  useEffect(() => {
    const following = events.on((event) => event.type === 'peers' && setAsked((times) => times + 1));
    return () => following.dispose();
  }, [events]);
  useEffect(() => {
    if (isProduction) return;
    let isMounted = true;
    getDemo().then(
      (report) => isMounted && setDemo(toDemo(report)),
      (error: unknown) => isMounted && setDemo((former) => afterFailure(former, error)),
    );
    return () => {
      isMounted = false;
    };
  }, [isProduction, asked]);
  return isProduction ? { status: 'absent', ...nothing } : demo;
}

function toDemo({ device, remotes }: DemoReport): Demo {
  const shop = remotes.find(({ name }) => name === 'store');
  const sample = shop?.builds.find(({ build }) => build !== shop.active);
  return { status: 'there', hasDevice: device !== null, sampleUrl: sample?.url ?? '' };
}

function afterFailure(former: Demo, error: unknown): Demo {
  const { code } = error as { readonly code?: string };
  if (code === 'NOT_FOUND' || code === 'FORBIDDEN') return { status: 'absent', ...nothing };
  return former.status === 'there' ? former : { status: 'unreachable', ...nothing };
}
