import type { AppProps } from '@testudo/fabric';

import { getDemo, getOrder, postDemo } from '../server-api.ts';
import { waitForEvent } from '../wait-for-event.ts';
import { counted } from './act.ts';
import type { Act } from './act.ts';
import { createOrder } from './place-order.ts';

const orderCount = 6;

/** Kills the server with SIGKILL while orders are on their way, and counts what its successor has. */
export const killServer: Act = async ({ app, state, say }) => {
  const { server } = await getDemo();
  const node = state().own?.node;
  const notes = Array.from({ length: orderCount }, (_, index) => `Sent while the server dies (${index + 1})`);
  const [awayMs, placed] = await Promise.all([
    awayAndBack(app, node),
    Promise.all(notes.map((note) => createOrder(app, note))),
    postDemo('kill').then(() => say(`Killed pid ${server.pid} with ${counted(orderCount, 'order')} on their way …`)),
  ]);
  say('The server is back. Counting …');
  const accepted = await Promise.all(placed.map((order) => order.synced()));
  const lost = await countMissing(accepted.map(({ id }) => id));
  const after = await getDemo();
  return `pid ${server.pid} → ${after.server.pid}, away for ${awayMs} ms. Acknowledged: ${accepted.length}. Lost: ${lost}.`;
};

/** How long this browser's link was away, once it is there again. */
async function awayAndBack(app: AppProps, node: string | undefined): Promise<number> {
  const link = (isOnline: boolean, what: string) =>
    waitForEvent(
      app.events,
      (event) => event.type === 'link' && event.node === node && event.online === isOnline,
      what,
    );
  const gone = await link(false, 'the end of the connection');
  const back = await link(true, 'the new connection');
  return back.atMs - gone.atMs;
}

async function countMissing(ids: readonly string[]): Promise<number> {
  const isMissing = await Promise.all(
    ids.map((id) =>
      getOrder(id).then(
        () => false,
        (error: { readonly code?: string }) => {
          if (error.code === 'NOT_FOUND') return true;
          throw error;
        },
      ),
    ),
  );
  return isMissing.filter(Boolean).length;
}
