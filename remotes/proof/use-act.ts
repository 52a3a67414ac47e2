import { useState } from 'react';

import type { Act, ActContext } from './acts/act.ts';

/** How an act stands; `text` is its progress, its outcome, or what went wrong. */
export interface ActStatus {
  readonly phase: 'idle' | 'running' | 'done' | 'failed';
  readonly text: string;
}

/** Runs acts one at a time and keeps what they say. */
export function useAct(context: Omit<ActContext, 'say'>): readonly [ActStatus, (act: Act) => void] {
  const [status, setStatus] = useState<ActStatus>({ phase: 'idle', text: '' });
  const run = async (act: Act) => {
    const say = (text: string) => setStatus({ phase: 'running', text });
    say('');
    try {
      const text = await act({ ...context, say });
      setStatus({ phase: 'done', text });
      context.app.shell.announce(text);
    } catch (error) {
      setStatus({ phase: 'failed', text: failureText(error) });
    }
  };
  return [status, (act) => void run(act)];
}

function failureText(error: unknown): string {
  const { code, message } = (typeof error === 'object' && error !== null ? error : {}) as {
    code?: string;
    message?: string;
  };
  return `${code ?? 'INTERNAL'}: ${message ?? String(error)}`;
}
