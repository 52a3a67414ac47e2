import { useId } from 'react';

import type { Overtaken } from './order-editing.ts';

interface OvertakenNoticeProps {
  readonly overtaken: Overtaken;
  readonly onTakeTheirs: () => void;
  readonly onSaveMine: () => void;
}

/** Says what somebody else made of a field that is being changed here, and lets the user choose. */
export function OvertakenNotice({ overtaken, onTakeTheirs, onSaveMine }: OvertakenNoticeProps) {
  const { field, label, theirs } = overtaken;
  const words = useId();
  return (
    <div className="t-notice t-notice--warn t-stack t-stack--tight" role="alert" data-testid={`overtaken-${field}`}>
      <p id={words}>
        {label} changed meanwhile to {theirs === '' ? 'nothing' : <q>{theirs}</q>}.
      </p>
      <p className="t-row">
        <button
          type="button"
          className="t-button t-button--small"
          data-testid={`use-theirs-${field}`}
          aria-describedby={words}
          onClick={onTakeTheirs}
        >
          Use theirs
        </button>
        <button
          type="button"
          className="t-button t-button--small"
          data-testid={`save-mine-${field}`}
          aria-describedby={words}
          onClick={onSaveMine}
        >
          Save mine anyway
        </button>
      </p>
    </div>
  );
}
