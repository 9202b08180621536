import { longDay } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useQueries, useQuery } from '@tanstack/react-query';
import { regionQuery } from '../../data/progress.ts';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { field } from '../../texts/field.ts';
import styles from './field.module.css';
import { assignmentsQuery } from './queries.ts';

interface Told {
  readonly enumerator: string;
  readonly campaign: string;
}

/** Where one enumerator works, and since when. */
export function Areas({ enumerator, campaign }: Told) {
  const t = useTexts(field);
  const language = useLanguage();
  const assignments = useQuery(assignmentsQuery(campaign));
  const own = (assignments.data?.items ?? []).filter((each) => each.enumerator.id === enumerator);
  const codes = [...new Set(own.map((each) => each.region_code))];
  const names = useQueries({
    queries: codes.map((code) => ({ ...regionQuery(code, { campaign }), refetchInterval: false as const })),
    combine: (answers) =>
      new Map(
        answers.flatMap(({ data }) =>
          data === undefined ? [] : [[data.item.region.code, data.item.region.name] as const],
        ),
      ),
  });
  return (
    <section className={`${surfaces.card} ${styles.part}`}>
      <h2>{t.areas}</h2>
      {assignments.isError && assignments.data === undefined && (
        <Fault fault={assignments.error} again={() => void assignments.refetch()} />
      )}
      {assignments.isPending && <Waiting rows={1} />}
      {assignments.data !== undefined && own.length === 0 && <p>{t.noAreas}</p>}
      <ul className={styles.lines}>
        {own.map((each) => (
          <li key={`${each.region_code} ${each.starts_on}`}>
            <strong>{names.get(each.region_code) ?? each.region_code}</strong>
            <span>
              {each.ends_on === null
                ? t.since(longDay(each.starts_on, language))
                : t.span(longDay(each.starts_on, language), longDay(each.ends_on, language))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
