import type { ObjectState } from '@testudo/fabric';

/** One line of an order's history. */
export interface HistoryLine {
  readonly key: string;
  readonly atMs: number | null;
  readonly text: string;
  readonly detail: string;
}

const outcomes = {
  done: 'done',
  failed: 'failed',
  canceled: 'not begun',
  undone: 'taken back',
  'undo-failed': 'could not be taken back',
} as const;

/** What has happened to an order so far, oldest first; steps that wait come last, without a time. */
export function orderHistory(state: ObjectState): readonly HistoryLine[] {
  const done = state.flow?.done ?? [];
  const due = state.flow?.due ?? [];
  return [
    { key: 'created', atMs: state.createdMs, text: `Placed by ${state.owner}`, detail: '' },
    ...done.map(({ key, atMs, port, status, node, build, attempts, error }) => ({
      key,
      atMs,
      text: `${portName(port)} ${outcomes[status]} on ${node}`,
      detail: error ?? `${attempts === 1 ? 'first attempt' : `${attempts} attempts`}, build ${shortBuild(build)}`,
    })),
    { key: 'changed', atMs: state.updatedMs, text: `Version ${state.version}`, detail: seqText(state.seq) },
    ...due.map(({ key, port }) => ({ key, atMs: null, text: `${portName(port)} is to come`, detail: '' })),
  ];
}

function portName(port: string): string {
  const words = port.replace(/([A-Z])/g, ' $1').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function shortBuild(build: string): string {
  return build.split('_').pop() ?? build;
}

function seqText(seq: number): string {
  return seq > 0 ? `accepted as change no. ${seq}` : 'not sent yet';
}
