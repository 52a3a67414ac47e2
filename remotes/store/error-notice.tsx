import type { ReactNode } from 'react';

import type { PlainError } from './plain-error.ts';

/** An error in plain words, with its code and its own message for whoever is asked for help. */
export function ErrorNotice({ error, children }: { readonly error: PlainError; readonly children?: ReactNode }) {
  return (
    <div className="t-notice t-notice--bad" role="alert" data-testid="error" data-code={error.code}>
      <p>{error.words}</p>
      <p className="t-small">
        <code className="t-code">{error.code}</code> {error.message}
      </p>
      {children}
    </div>
  );
}
