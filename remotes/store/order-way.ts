import type { FlowState } from '@testudo/fabric';

/** How a stage of an order's way stands; `undoing`: it was done, and is about to be taken back. */
export type StageStatus = 'todo' | 'waiting' | 'done' | 'failed' | 'undoing' | 'undone' | 'stuck';

/** One stage of an order's way: what a partner does for it. */
export interface Stage {
  readonly port: string;
  readonly label: string;
  readonly status: StageStatus;
  /** why it failed, or could not be taken back; '' when it did not */
  readonly error: string;
}

const stages = [
  { port: 'pickOrder', label: 'Picked' },
  { port: 'shipOrder', label: 'Shipped' },
  { port: 'trackShipment', label: 'Arrived' },
  { port: 'verifyDelivery', label: 'Signed' },
  { port: 'completePayment', label: 'Paid' },
] as const;

const statusOfStep = {
  done: 'done',
  failed: 'failed',
  undone: 'undone',
  'undo-failed': 'stuck',
  canceled: 'todo',
} as const;

/** The five stages of an order's way, in order. */
export function orderWay(flow: FlowState | null): readonly Stage[] {
  return stages.map(({ port, label }) => {
    const last = flow?.done.filter((step) => step.port === port).pop();
    const isUndoing = flow?.compensation?.left.some((step) => step.port === port) === true;
    const isWaiting = flow?.due.some((step) => step.port === port) === true;
    const ended = last === undefined ? 'todo' : statusOfStep[last.status];
    return { port, label, status: isUndoing ? 'undoing' : isWaiting ? 'waiting' : ended, error: last?.error ?? '' };
  });
}

/** Where an order is on its way, as one sentence. */
export function wayText(way: readonly Stage[], status: string): string {
  const at = (wanted: StageStatus) => way.find((stage) => stage.status === wanted);
  const [stuck, failed] = [at('stuck'), at('failed')];
  if (stuck) return `“${stuck.label}” could not be taken back: ${stuck.error || 'its partner did not say why'}.`;
  if (at('undoing')) return 'What was done is being taken back, the last first.';
  const reason = failed ? `“${failed.label}” failed: ${failed.error || 'its partner did not answer'}.` : '';
  if (at('undone')) return `${reason} Everything that was done has been taken back.`.trim();
  if (failed) return `${reason} Nothing had to be taken back.`;
  return wordsOfStatus[status] ?? '';
}

const wordsOfStatus: { readonly [status: string]: string } = {
  PENDING: 'It begins once you confirm the order.',
  APPROVED: 'The warehouse is asked once the server has the order.',
  SHIPPING: 'The carrier has it.',
  COMPLETE: 'It is with you, and paid.',
  CANCELED: 'It was called off before anything was done.',
};
