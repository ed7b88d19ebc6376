// Keeps a fault in one part of a page from taking the rest away.

import { Component, type ReactNode } from "react";
import { ErrorState } from "./error-state.tsx";
import { say } from "./language.ts";

interface ErrorBoundaryProps {
  readonly children: ReactNode;
  /** Another value, for example the address, gives the part a new chance. */
  readonly resetKey?: string;
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override componentDidUpdate(before: ErrorBoundaryProps): void {
    const moved = before.resetKey !== this.props.resetKey;
    if (moved && this.state.error !== undefined) this.setState({ error: undefined });
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    const again = () => this.setState({ error: undefined });
    return <ErrorState title={say("This part could not be shown")} error={error} onRetry={again} />;
  }
}
