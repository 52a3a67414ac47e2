import type { ActStatus } from './use-act.ts';

/** What an act says: its progress, its outcome, or the code of what went wrong. */
export function ActResult({ act, status }: { readonly act: string; readonly status: ActStatus }) {
  return (
    <p className="proof-result" data-testid={`result-${act}`} data-phase={status.phase} aria-live="polite">
      {status.phase === 'running' && status.text === '' ? 'Working …' : status.text}
    </p>
  );
}
