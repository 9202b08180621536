import { count, rate } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert, Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { effortsQuery } from '../../data/queues.ts';
import { Fault } from '../../parts/fault.tsx';
import { duplicates } from '../../texts/duplicates.ts';
import { useView } from '../../view.ts';
import styles from './duplicates.module.css';
import { giveBack, takeNext } from './queries.ts';
import type { CasesSearch } from './search.ts';

interface Told {
  readonly search: CasesSearch;
  /** The first case of what was taken. */
  readonly onTaken: (id: string) => void;
}

/** Takes the next piece of work, gives back what is open, and says how much is left. */
export function Work({ search, onTaken }: Told) {
  const t = useTexts(duplicates);
  const view = useView();
  const client = useQueryClient();
  const again = () => client.invalidateQueries({ queryKey: ['cases'] });
  const taking = useMutation({
    mutationFn: () => takeNext(view, search),
    onSuccess: async (cases) => {
      await again();
      if (cases[0] !== undefined) onTaken(cases[0].id);
    },
  });
  const giving = useMutation({ mutationFn: giveBack, onSuccess: again });
  const id = search.case;
  return (
    <div className={styles.work}>
      <Button size="md" loading={taking.isPending} onClick={() => taking.mutate()}>
        {t.takeNext}
      </Button>
      {search.assigned === 'me' && id !== undefined && (
        <Button variant="default" size="md" loading={giving.isPending} onClick={() => giving.mutate(id)}>
          {t.giveBack}
        </Button>
      )}
      <Left />
      {taking.data?.length === 0 && <Alert color="gray">{t.noneLeft}</Alert>}
      {taking.isError && <Fault fault={taking.error} />}
      {giving.isError && <Fault fault={giving.error} />}
    </div>
  );
}

/** The hours that are left, of the kinds for which there is a figure. */
function Left() {
  const t = useTexts(duplicates);
  const language = useLanguage();
  const kinds = useQuery(effortsQuery).data?.items.filter((each) => each.open > 0) ?? [];
  if (kinds.length === 0) return null;
  return (
    <ul className={styles.hours} aria-label={t.hoursLeft}>
      {kinds.map((each) => (
        <li key={each.kind}>
          {t.kinds[each.kind]}: {count(each.open, language)} ·{' '}
          {each.hours_left === null
            ? t.hoursUnknown
            : each.hours_left < 1
              ? t.hoursLess
              : t.hours(rate(each.hours_left, language))}
        </li>
      ))}
    </ul>
  );
}
