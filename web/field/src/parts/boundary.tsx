import { Component, type ReactNode } from 'react';

interface Told {
  readonly children: ReactNode;
  /** What is shown where they cannot be drawn: without it the page would be white. */
  readonly instead: ReactNode;
}

/** Around the whole app: a fault in drawing leaves a way out. */
export class Boundary extends Component<Told, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? this.props.instead : this.props.children;
  }
}
