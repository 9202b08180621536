import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { isUsername } from '../../data/usernames.ts';
import { ChoiceFilter } from '../../parts/choice-filter.tsx';
import styles from '../../parts/section.module.css';
import { TypedFilter } from '../../parts/typed-filter.tsx';
import { doors } from '../../texts/doors.ts';
import { DUE, STATES } from './search.ts';
import { useDoors } from './use-doors.ts';

/** What the list is narrowed by; all of it stands in the address. */
export function Filters() {
  const t = useTexts(doors);
  const { search, change } = useDoors();
  const { state, due, enumerator } = search;
  const [cleared, setCleared] = useState(0);
  const isNarrowed = [state, due, enumerator].some((each) => each !== undefined);
  return (
    <search className={`${styles.filters} no-print`} aria-label={t.filters}>
      <NativeSelect
        label={t.state}
        value={state ?? 'open_visits'}
        data={STATES.map((each) => ({ value: each, label: t.states[each] }))}
        onChange={(event) => change({ state: event.currentTarget.value, due: undefined })}
      />
      {state === undefined && (
        <ChoiceFilter
          label={t.due}
          all={t.allDays}
          of={DUE}
          names={t.dueDays}
          value={due}
          onChange={(next) => change({ due: next })}
        />
      )}
      <TypedFilter
        key={cleared} // what the button changes stands in the field, too
        label={t.enumerator}
        hint={t.enumeratorHint}
        value={enumerator}
        faultOf={(text) => (text === '' || isUsername(text) ? undefined : t.enumeratorFault)}
        onChange={(next) => change({ enumerator: next })}
      />
      {isNarrowed && (
        <Button
          variant="subtle"
          onClick={() => {
            setCleared(cleared + 1);
            change({ state: undefined, due: undefined, enumerator: undefined });
          }}
        >
          {t.clear}
        </Button>
      )}
    </search>
  );
}
