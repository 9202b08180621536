import type { ReactNode } from 'react';

interface Told {
  readonly name: string;
  readonly children: ReactNode;
}

/** One of the particulars below a heading (`meta` of `sides.module.css`). */
export function Particular({ name, children }: Told) {
  return (
    <li>
      {name} <strong>{children}</strong>
    </li>
  );
}
