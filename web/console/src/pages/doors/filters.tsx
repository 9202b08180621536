import { useTexts } from '@kumkm/shared/texts/language.ts';
import { NativeSelect } from '@mantine/core';
import { ChoiceFilter } from '../../parts/choice-filter.tsx';
import { PersonFilters } from '../../parts/person-filters.tsx';
import { doors } from '../../texts/doors.ts';
import { DUE, STATES } from './search.ts';
import { useDoors } from './use-doors.ts';

/** What the list of doors is narrowed by. */
export function Filters() {
  const t = useTexts(doors);
  const { search, change } = useDoors();
  const { state, due, enumerator } = search;
  return (
    <PersonFilters
      label={t.filters}
      enumerator={enumerator}
      isNarrowed={[state, due, enumerator].some((each) => each !== undefined)}
      onEnumerator={(next) => change({ enumerator: next })}
      onClear={() => change({ state: undefined, due: undefined, enumerator: undefined })}
    >
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
    </PersonFilters>
  );
}
