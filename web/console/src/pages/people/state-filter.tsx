import { useTexts } from '@kumkm/shared/texts/language.ts';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ChoiceFilter } from '../../parts/choice-filter.tsx';
import { people } from '../../texts/people.ts';
import { STATES } from './route.ts';

interface Told {
  readonly all: string;
  /** What open is called, and closed. */
  readonly words: readonly [string, string];
}

/** Open or closed, in use or revoked, as the address says. */
export function StateFilter({ all, words: [open, closed] }: Told) {
  const t = useTexts(people);
  const navigate = useNavigate({ from: '/orang' });
  const { state } = useSearch({ from: '/orang' });
  return (
    <ChoiceFilter
      label={t.state}
      all={all}
      of={STATES}
      names={{ open, closed }}
      value={state}
      onChange={(next) => {
        void navigate({
          to: '/orang',
          search: ({ state: _state, ...rest }) => ({
            ...rest,
            ...(next === undefined ? {} : { state: next }),
          }),
          replace: true,
        });
      }}
    />
  );
}
