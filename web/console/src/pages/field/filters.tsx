import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { ChoiceFilter } from '../../parts/choice-filter.tsx';
import { field } from '../../texts/field.ts';
import styles from './field.module.css';
import { teamsOf, versionsOf } from './people.ts';
import type { ForceRow } from './queries.ts';
import { type FieldSearch, TABLETS } from './search.ts';

interface Told {
  readonly all: readonly ForceRow[];
  readonly shown: number;
  readonly search: FieldSearch;
  readonly words: string;
  readonly onWords: (words: string) => void;
  readonly onChange: (told: FieldSearch) => void;
}

/** Whom the page is about. What is typed is a name, so it stays out of the address. */
export function Filters({ all, shown, search, words, onWords, onChange }: Told) {
  const t = useTexts(field);
  const language = useLanguage();
  const teams = teamsOf(all);
  const versions = versionsOf(all).flatMap(({ version }) => (version === null ? [] : [version]));
  const narrowed = shown !== all.length;
  const tablets = search.version === undefined ? (search.tablets ?? '') : `v${search.version}`;
  return (
    <search className={`${styles.filters} no-print`}>
      <TextInput
        type="search"
        label={t.search}
        value={words}
        onChange={(event) => onWords(event.currentTarget.value)}
        autoComplete="off"
      />
      {teams.length > 1 && (
        <ChoiceFilter
          label={t.team}
          all={t.allTeams}
          of={teams.map(({ id }) => id)}
          names={Object.fromEntries(teams.map(({ id, name }) => [id, name]))}
          value={search.team}
          onChange={(team) => onChange({ team })}
        />
      )}
      <NativeSelect
        label={t.tabletFilter}
        value={tablets}
        data={[
          { value: '', label: t.allTablets },
          ...TABLETS.map((each) => ({ value: each, label: t[each] })),
          ...versions.map((version) => ({ value: `v${version}`, label: `${t.version} ${version}` })),
        ]}
        onChange={(event) => {
          const told = event.currentTarget.value;
          const known = TABLETS.find((each) => each === told);
          onChange({
            tablets: known,
            version: known === undefined && told !== '' ? told.slice(1) : undefined,
          });
        }}
      />
      <p className={styles.shown} aria-live="polite">
        {t.shown(count(shown, language), count(all.length, language))}
        {narrowed && (
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => {
              onWords('');
              onChange({ state: undefined, team: undefined, tablets: undefined, version: undefined });
            }}
          >
            {t.clear}
          </Button>
        )}
      </p>
    </search>
  );
}
