import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { PersonFilters } from '../../parts/person-filters.tsx';
import { quality } from '../../texts/quality.ts';
import { type Count, countsQuery } from './queries.ts';
import { recordCode, STATES } from './search.ts';
import { useQuality } from './use-quality.ts';

/** What the page is narrowed by; all of it stands in the address. The region is chosen at the top of every page. */
export function Filters({ withFlags }: { readonly withFlags: boolean }) {
  const t = useTexts(quality);
  const { search, change } = useQuality();
  const { enumerator, flag, warning, state } = search;
  return (
    <PersonFilters
      key={search.tab} // what a link changes stands in the field, too
      label={t.filters}
      enumerator={enumerator}
      isNarrowed={[enumerator, flag, warning, state].some((each) => each !== undefined)}
      onEnumerator={(next) => change({ enumerator: next })}
      onClear={() => change({ enumerator: undefined, flag: undefined, warning: undefined, state: undefined })}
    >
      {withFlags && <CodeFilter />}
      {withFlags && (
        <NativeSelect
          label={t.state}
          value={state ?? 'open'}
          disabled={warning !== undefined}
          data={STATES.map((each) => ({ value: each, label: t.states[each] }))}
          onChange={(event) => change({ state: event.currentTarget.value })}
        />
      )}
    </PersonFilters>
  );
}

const WARNING = 'warning:';

/** One of the flags and warnings that are there, with how many records have it. */
function CodeFilter() {
  const t = useTexts(quality);
  const language = useLanguage();
  const { search, view, change } = useQuality();
  const counts = useQuery(countsQuery(view, search)).data;
  const option = (prefix: string) => (each: Count) => ({
    value: `${prefix}${each.code}`,
    label: t.withCount(each.text || each.code, count(each.records, language)),
  });
  const flags = counts?.flags.map(option('')) ?? [];
  const warnings = counts?.warnings.map(option(WARNING)) ?? [];
  const value = search.flag ?? (search.warning === undefined ? '' : `${WARNING}${search.warning}`);
  const isKnown = value === '' || [...flags, ...warnings].some((each) => each.value === value);
  return (
    <NativeSelect
      label={t.flag}
      value={value}
      data={[
        { value: '', label: t.allFlags },
        ...(isKnown ? [] : [{ value, label: search.flag ?? search.warning ?? '' }]),
        ...(flags.length === 0 ? [] : [{ group: t.flags, items: flags }]),
        ...(warnings.length === 0 ? [] : [{ group: t.warnings, items: warnings }]),
      ]}
      onChange={(event) => {
        const told = event.currentTarget.value;
        const warning = told.startsWith(WARNING) ? told.slice(WARNING.length) : undefined;
        change({ flag: recordCode(told), warning });
      }}
    />
  );
}
