import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { isUsername } from '../../data/usernames.ts';
import { ChoiceFilter } from '../../parts/choice-filter.tsx';
import styles from '../../parts/section.module.css';
import { TypedFilter } from '../../parts/typed-filter.tsx';
import { listing } from '../../texts/listing.ts';
import { STATES } from './search.ts';
import { useListing } from './use-listing.ts';

/** What the list is narrowed by; all of it stands in the address. */
export function Filters() {
  const t = useTexts(listing);
  const { search, change } = useListing();
  const { state, enumerator } = search;
  const [cleared, setCleared] = useState(0);
  return (
    <search className={`${styles.filters} no-print`} aria-label={t.filters}>
      <ChoiceFilter
        label={t.state}
        all={t.allStates}
        of={STATES}
        names={t.states}
        value={state}
        onChange={(next) => change({ state: next })}
      />
      <TypedFilter
        key={cleared} // what the button changes stands in the field, too
        label={t.enumerator}
        hint={t.enumeratorHint}
        value={enumerator}
        faultOf={(text) => (text === '' || isUsername(text) ? undefined : t.enumeratorFault)}
        onChange={(next) => change({ enumerator: next })}
      />
      {(state !== undefined || enumerator !== undefined) && (
        <Button
          variant="subtle"
          onClick={() => {
            setCleared(cleared + 1);
            change({ state: undefined, enumerator: undefined });
          }}
        >
          {t.clear}
        </Button>
      )}
    </search>
  );
}
