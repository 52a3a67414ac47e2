import type { AppProps } from '@testudo/fabric';
import { useEffect, useState } from 'react';

import { getDemo } from './server-api.ts';

/** Whether the demo's acts can be had: `absent` in production, `unreachable` while the server does not answer. */
export type DemoStatus = 'asking' | 'there' | 'absent' | 'unreachable';

/** Asks for the demo's acts once, and again whenever the network comes back. */
export function useDemo({ events, shell }: AppProps): { readonly status: DemoStatus; readonly hasDevice: boolean } {
  const [demo, setDemo] = useState<{ status: DemoStatus; hasDevice: boolean }>({ status: 'asking', hasDevice: false });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const following = events.on((event) => (event.type === 'link' && event.online) || event.type === 'peers' ? setAsked((times) => times + 1) : undefined);
    return () => following.dispose();
  }, [events]);
  useEffect(() => {
    if (shell.mode === 'production') return setDemo({ status: 'absent', hasDevice: false });
    let isMounted = true;
    getDemo().then(
      ({ device }) => isMounted && setDemo({ status: 'there', hasDevice: device !== null }),
      (error: { readonly code?: string }) => isMounted && setDemo({ status: statusOf(error), hasDevice: false }),
    );
    return () => {
      isMounted = false;
    };
  }, [shell, asked]);
  return demo;
}

function statusOf({ code }: { readonly code?: string }): DemoStatus {
  return code === 'NOT_FOUND' || code === 'FORBIDDEN' ? 'absent' : 'unreachable';
}
