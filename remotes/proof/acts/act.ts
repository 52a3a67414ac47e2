import type { AppProps, ObjectState } from '@testudo/fabric';

import type { ProofState } from '../proof-state.ts';

/** What an act may use. */
export interface ActContext {
  readonly app: AppProps;
  /** the proof as it is now, also after waiting */
  state(): ProofState;
  /** the text in the page's own field, as it is now */
  typed(): string;
  /** Shows how far the act has come. */
  say(progress: string): void;
}

/** A real act. Resolves with one line that says what came of it. @throws an error with a code */
export type Act = (context: ActContext) => Promise<string>;

/** A count with its noun: `1 order`, `6 orders`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A field as text; '' when it is something else. */
export function textField(state: ObjectState | undefined, name: string): string {
  const value = state?.fields[name];
  return typeof value === 'string' ? value : '';
}
