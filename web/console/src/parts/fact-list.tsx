import type { ReactNode } from 'react';

interface Told {
  /** What each is called, and what it is. */
  readonly facts: readonly (readonly [string, ReactNode])[];
  readonly className?: string | undefined;
}

/** Facts or figures by their names. */
export function FactList({ facts, className }: Told) {
  return (
    <dl className={className}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
