import type { Order } from './order.ts';

/** One step of an order's way, as the user reads it. */
export interface OrderStep {
  readonly name: 'saved' | 'synced' | 'picked';
  readonly label: string;
  readonly detail: string;
  readonly status: 'done' | 'waiting' | 'failed' | 'todo';
}

/** The three steps of an order's way: saved here, synced, picked. */
export function orderSteps(order: Order): readonly OrderStep[] {
  return [
    {
      name: 'saved',
      label: 'Saved on this device',
      detail: 'It survives a reload and a closed browser.',
      status: 'done',
    },
    syncStep(order),
    pickStep(order),
  ];
}

function syncStep({ sync, state }: Order): OrderStep {
  const step = { name: 'synced', label: 'Synced' } as const;
  if (sync === 'synced')
    return { ...step, detail: `The server accepted it as change no. ${state.seq}.`, status: 'done' };
  if (sync === 'refused') return { ...step, detail: 'The server refused the last change.', status: 'failed' };
  return { ...step, detail: 'Waiting for the server. You may go on, also offline.', status: 'waiting' };
}

function pickStep({ picking, shelf, state }: Order): OrderStep {
  const step = { name: 'picked', label: 'Picked in the warehouse' } as const;
  switch (picking) {
    case 'done':
      return { ...step, detail: shelf === '' ? 'The warehouse has it.' : `From shelf ${shelf}.`, status: 'done' };
    case 'failed':
      return { ...step, detail: lastError(state.flow?.done), status: 'failed' };
    case 'waiting':
      return { ...step, detail: 'The warehouse is asked once the server has the order.', status: 'waiting' };
    case 'undone':
      return { ...step, detail: 'It went back to the shelf.', status: 'todo' };
    case 'none':
      return { ...step, detail: 'Not asked for yet.', status: 'todo' };
  }
}

function lastError(done: readonly { readonly error?: string }[] | undefined): string {
  return (
    done
      ?.map(({ error }) => error)
      .filter(Boolean)
      .pop() ?? 'The warehouse did not answer.'
  );
}
