import { Component, type ReactNode } from 'react';
import { toReport } from '../client.ts';
import { text } from '../text/index.ts';
import { ErrorPanel } from './error-panel.tsx';

interface ErrorBoundaryProps {
  /** What is looked at: another one is tried anew. */
  readonly at: string;
  readonly children: ReactNode;
}

interface ErrorBoundaryState {
  readonly failure: { readonly error: unknown } | undefined;
}

/** Without it, a page that cannot be drawn, or fetched from a door that has ended, would leave an empty window. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { failure: undefined };

  static getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return { failure: { error } };
  }

  override componentDidUpdate(before: ErrorBoundaryProps): void {
    if (before.at !== this.props.at && this.state.failure !== undefined) this.setState({ failure: undefined });
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === undefined) return this.props.children;
    return (
      <ErrorPanel error={toReport(failure.error)} onRetry={() => location.reload()} retryLabel={text.common.reload} />
    );
  }
}
