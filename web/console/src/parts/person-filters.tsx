import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { isUsername } from '../data/usernames.ts';
import { parts } from '../texts/parts.ts';
import styles from './section.module.css';
import { TypedFilter } from './typed-filter.tsx';

interface Told {
  /** What is narrowed. */
  readonly label: string;
  /** User name. */
  readonly enumerator: string | undefined;
  readonly isNarrowed: boolean;
  readonly onEnumerator: (enumerator: string | undefined) => void;
  readonly onClear: () => void;
  /** Filters beside that for the person. */
  readonly children?: ReactNode;
}

/** What a list of work is narrowed by; all of it stands in the address. */
export function PersonFilters({ label, enumerator, isNarrowed, onEnumerator, onClear, children }: Told) {
  const t = useTexts(parts);
  const [cleared, setCleared] = useState(0);
  return (
    <search className={`${styles.filters} no-print`} aria-label={label}>
      {children}
      <TypedFilter
        key={cleared} // what the button changes stands in the field, too
        label={t.enumerator}
        hint={t.enumeratorHint}
        value={enumerator}
        faultOf={(text) => (text === '' || isUsername(text) ? undefined : t.enumeratorFault)}
        onChange={onEnumerator}
      />
      {isNarrowed && (
        <Button
          variant="subtle"
          onClick={() => {
            setCleared(cleared + 1);
            onClear();
          }}
        >
          {t.clear}
        </Button>
      )}
    </search>
  );
}
