import type { Order } from './order.ts';

/** One step of an order's way to the server, as the user reads it. */
export interface OrderStep {
  readonly name: 'saved' | 'synced';
  readonly label: string;
  readonly detail: string;
  readonly status: 'done' | 'waiting' | 'failed';
}

/** The two steps of an order's way to the server: saved here, synced. */
export function orderSteps(order: Order): readonly OrderStep[] {
  return [
    {
      name: 'saved',
      label: 'Saved on this device',
      detail: 'It survives a reload and a closed browser.',
      status: 'done',
    },
    syncStep(order),
  ];
}

function syncStep({ sync, state }: Order): OrderStep {
  const step = { name: 'synced', label: 'Synced' } as const;
  if (sync === 'synced')
    return { ...step, detail: `The server accepted it as change no. ${state.seq}.`, status: 'done' };
  if (sync === 'refused') return { ...step, detail: 'The server refused the last change.', status: 'failed' };
  return { ...step, detail: 'Waiting for the server. You may go on, also offline.', status: 'waiting' };
}
