import { Component } from 'react';
import type { ReactNode } from 'react';

import { ErrorNotice } from './error-notice.tsx';
import { plainError } from './plain-error.ts';
import type { PlainError } from './plain-error.ts';

interface PanelBoundaryProps {
  readonly children: ReactNode;
  readonly onClose: () => void;
}

/** Shows in the panel's own place that it could not be loaded, with the code; the rest of the shop goes on. */
export class PanelBoundary extends Component<PanelBoundaryProps, { readonly error: PlainError | null }> {
  override state: { readonly error: PlainError | null } = { error: null };

  static getDerivedStateFromError(error: unknown): { readonly error: PlainError } {
    return { error: plainError(error) };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <ErrorNotice error={this.state.error}>
        <button type="button" className="store-link" onClick={this.props.onClose}>
          Close
        </button>
      </ErrorNotice>
    );
  }
}
