import { longDay, longMoment } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { levelOf } from '../../data/codes.ts';
import { Empty } from '../../parts/empty.tsx';
import { Page } from '../../parts/page.tsx';
import { PageToCome } from '../../parts/page-to-come.tsx';
import { RegionPage } from '../../parts/region-page.tsx';
import sections from '../../parts/section.module.css';
import { statistics } from '../../texts/statistics.ts';
import { Cells } from './cells.tsx';
import { NewEdition } from './new-edition.tsx';
import { type Edition, editionsQuery, tableQuery, variablesQuery } from './queries.ts';
import { useStatistics } from './use-statistics.ts';

const BELOW = { nation: 'province', province: 'regency', regency: 'district', district: 'village' } as const;
const MOST = 2;

/** How many businesses there are, by what they are, as of an edition. */
export function StatisticsPage() {
  const t = useTexts(statistics);
  return (
    <RegionPage title={t.title} ask={(_, view) => editionsQuery(view)} rows={6} height={96}>
      {(code, { items }) => <Statistics code={code} editions={items} />}
    </RegionPage>
  );
}

interface OfRegion {
  readonly code: string;
  readonly editions: readonly Edition[];
}

function Statistics({ code, editions }: OfRegion) {
  const t = useTexts(statistics);
  const { search, view } = useStatistics();
  const edition = editions.find(({ id }) => id === search.edition) ?? editions[0];
  if (edition !== undefined) return <OfEdition code={code} edition={edition} all={editions} />;
  return (
    <Page title={t.title} actions={<NewEdition campaign={view.campaign} />}>
      <Empty title={t.emptyTitle} about={t.empty} />
    </Page>
  );
}

interface Told {
  readonly code: string;
  readonly edition: Edition;
  readonly all: readonly Edition[];
}

function OfEdition({ code, edition, all }: Told) {
  const t = useTexts(statistics);
  const language = useLanguage();
  const { search, view, change } = useStatistics();
  const own = levelOf(code);
  const below = own in BELOW ? BELOW[own as keyof typeof BELOW] : undefined;
  const shown = search.rows === 'whole' || below === undefined ? own : below;
  const sets = (edition.given[shown] ?? []).map((set) => set.join(','));
  const asked = search.of ?? 'size_class';
  const of = (sets.includes(inOrder(asked, sets)) ? asked : (sets.find((set) => set !== '') ?? '')).split(
    ',',
  );
  const by = [...(shown === own ? [] : ['region']), ...of.filter((each) => each !== '')];
  const variables = useQuery(variablesQuery(language));
  const table = useQuery(tableQuery(view, code, edition.id, by, language));
  if (variables.data === undefined)
    return <PageToCome title={t.title} query={variables} rows={4} height={96} />;
  const labels = Object.fromEntries(variables.data.items.map((each) => [each.name, each.label]));
  const options = (others: readonly string[]) =>
    Object.keys(labels).filter(
      (name) => !others.includes(name) && sets.includes(inOrder([...others, name].join(','), sets)),
    );
  const first = of[0] ?? '';
  const data = (names: readonly string[]) =>
    names.map((name) => ({ value: name, label: labels[name] ?? name }));
  return (
    <Page
      title={t.title}
      about={t.about(longDay(edition.as_of.slice(0, 10), language), edition.campaign, edition.threshold)}
      actions={<NewEdition campaign={view.campaign} />}
    >
      <search className={`${sections.filters} no-print`} aria-label={t.choose}>
        {all.length > 1 && (
          <NativeSelect
            label={t.edition}
            value={edition.id}
            data={all.map(({ id, as_of: asOf }, place) => ({
              value: id,
              label: place === 0 ? t.newest(longMoment(asOf, language)) : longMoment(asOf, language),
            }))}
            onChange={(event) =>
              change({
                edition: event.currentTarget.value === all[0]?.id ? undefined : event.currentTarget.value,
              })
            }
          />
        )}
        {below !== undefined && (
          <NativeSelect
            label={t.rows}
            value={search.rows ?? ''}
            data={[
              { value: '', label: t.below[below] },
              { value: 'whole', label: t.whole },
            ]}
            onChange={(event) => change({ rows: event.currentTarget.value || undefined })}
          />
        )}
        <NativeSelect
          label={t.first}
          value={first}
          data={data(options([]))}
          onChange={(event) => change({ of: event.currentTarget.value })}
        />
        {options([first]).length > 0 && (
          <NativeSelect
            label={t.second}
            value={of[1] ?? ''}
            data={[{ value: '', label: t.none }, ...data(options([first]))]}
            onChange={(event) =>
              change({ of: [first, event.currentTarget.value].filter((each) => each !== '').join(',') })
            }
          />
        )}
        {of.length >= MOST && options(of.slice(0, MOST)).length > 0 && (
          <NativeSelect
            label={t.third}
            value={of[MOST] ?? ''}
            data={[{ value: '', label: t.none }, ...data(options(of.slice(0, MOST)))]}
            onChange={(event) =>
              change({
                of: [...of.slice(0, MOST), event.currentTarget.value].filter((each) => each !== '').join(','),
              })
            }
          />
        )}
      </search>
      {table.data === undefined ? (
        <PageToCome title={t.title} query={table} rows={4} height={96} />
      ) : (
        <Cells table={table.data} variables={variables.data.items} edition={edition} />
      )}
      <p className={sections.quiet}>{t.why(count(edition.threshold, language))}</p>
    </Page>
  );
}

/** A set of attributes as the edition writes it, whatever order it was chosen in. */
function inOrder(asked: string, sets: readonly string[]): string {
  const wanted = [...asked.split(',')].sort().join(',');
  return sets.find((set) => set.split(',').sort().join(',') === wanted) ?? asked;
}
