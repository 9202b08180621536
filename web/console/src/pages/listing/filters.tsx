import { useTexts } from '@kumkm/shared/texts/language.ts';
import { ChoiceFilter } from '../../parts/choice-filter.tsx';
import { PersonFilters } from '../../parts/person-filters.tsx';
import { listing } from '../../texts/listing.ts';
import { STATES } from './search.ts';
import { useListing } from './use-listing.ts';

/** What the list of entries is narrowed by. */
export function Filters() {
  const t = useTexts(listing);
  const { search, change } = useListing();
  const { state, enumerator } = search;
  return (
    <PersonFilters
      label={t.filters}
      enumerator={enumerator}
      isNarrowed={state !== undefined || enumerator !== undefined}
      onEnumerator={(next) => change({ enumerator: next })}
      onClear={() => change({ state: undefined, enumerator: undefined })}
    >
      <ChoiceFilter
        label={t.state}
        all={t.allStates}
        of={STATES}
        names={t.states}
        value={state}
        onChange={(next) => change({ state: next })}
      />
    </PersonFilters>
  );
}
