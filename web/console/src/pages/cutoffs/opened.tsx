import { longDay, longMoment } from '@kumkm/shared/formats/dates.ts';
import { count, percent, rate } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Cutoff } from '../../data/cutoffs.ts';
import type { RegionRow } from '../../data/progress.ts';
import { FactList } from '../../parts/fact-list.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import section from '../../parts/section.module.css';
import { Section } from '../../parts/section.tsx';
import { figuresIn } from '../../parts/table/figures.ts';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { cutoffs } from '../../texts/cutoffs.ts';
import { viewOf } from '../../view.ts';
import { Compared } from './compared.tsx';
import styles from './cutoffs.module.css';
import { type CutoffDetail, cutoffQuery, regionsQuery } from './queries.ts';

interface Told {
  readonly id: string;
  readonly other: string | undefined;
  readonly all: readonly Cutoff[];
}

/** One cut-off: its figures, the regions below, and what differs from another one. */
export function Opened({ id, other, all }: Told) {
  const cutoff = useQuery(cutoffQuery(id));
  if (cutoff.isPending) return <Waiting rows={3} height={64} />;
  if (cutoff.isError) return <Fault fault={cutoff.error} again={() => void cutoff.refetch()} />;
  return (
    <>
      <Figures cutoff={cutoff.data} />
      <Regions id={id} />
      <With cutoff={cutoff.data} other={other} all={all} />
      {other !== undefined && <Compared id={id} other={other} />}
    </>
  );
}

function Figures({ cutoff }: { readonly cutoff: CutoffDetail }) {
  const t = useTexts(cutoffs);
  const language = useLanguage();
  const { item } = cutoff;
  const facts = [
    [t.entered, t.of(count(item.entered, language), count(item.target, language))],
    [t.percent, percent(item.percent, language)],
    [t.rank, item.rank === null ? '–' : t.of(count(item.rank, language), count(item.rank_of, language))],
    [t.daysLeft, count(item.pace.days_left, language)],
    [t.needed, rate(item.pace.needed_per_day, language)],
    [t.lately, rate(item.pace.last_7_days_per_day, language)],
  ] as const;
  return (
    <Section
      title={cutoff.name}
      about={[
        t.told(
          cutoff.region.name,
          longDay(cutoff.as_of, language),
          longMoment(cutoff.published_at, language),
          cutoff.published_by.name,
        ),
      ]}
      aside={
        <Button
          variant="default"
          renderRoot={(props) => (
            <Link to="/laporan" search={(before) => ({ ...viewOf(before), rilis: cutoff.id })} {...props} />
          )}
        >
          {t.report}
        </Button>
      }
    >
      <FactList className={`figures ${section.figures}`} facts={facts} />
      {cutoff.note !== null && (
        <p className={styles.note}>
          <strong>{t.note}</strong> {cutoff.note}
        </p>
      )}
    </Section>
  );
}

function Regions({ id }: { readonly id: string }) {
  const t = useTexts(cutoffs);
  const language = useLanguage();
  const regions = useQuery(regionsQuery(id));
  const columns = useMemo((): readonly Column<RegionRow>[] => {
    const figure = figuresIn<RegionRow>(language);
    return [
      {
        key: 'region',
        label: t.region,
        card: 'heading',
        by: (row) => row.region.name,
      },
      figure('target', t.target, (row) => row.target),
      figure('entered', t.entered, (row) => row.entered),
      figure('percent', '%', (row) => row.percent, percent),
      figure('rank', t.rank, (row) => row.rank),
      figure('duplicates', t.counters.duplicates, (row) => row.duplicates),
      figure('verified', t.counters.verified, (row) => row.verified),
    ];
  }, [t, language]);
  if (regions.isPending) return <Waiting rows={5} height={48} />;
  if (regions.isError) return <Fault fault={regions.error} again={() => void regions.refetch()} />;
  if (regions.data.items.length === 0) return null;
  return (
    <DataTable
      caption={t.regions}
      columns={columns}
      rows={regions.data.items}
      rowKey={(row) => row.region.code}
    />
  );
}

/** Which one it is compared with: those of the same region and campaign. */
function With({ cutoff, other, all }: { readonly cutoff: CutoffDetail } & Omit<Told, 'id'>) {
  const t = useTexts(cutoffs);
  const language = useLanguage();
  const navigate = useNavigate();
  const others = all.filter(
    (each) =>
      each.id !== cutoff.id &&
      each.region.code === cutoff.region.code &&
      each.campaign === cutoff.campaign &&
      each.basis === cutoff.basis,
  );
  if (others.length === 0) return <p className={section.quiet}>{t.noOther}</p>;
  return (
    <div className={section.filters}>
      <NativeSelect
        label={t.compareWith}
        value={other ?? ''}
        data={[
          { value: '', label: t.choose },
          ...others.map((each) => ({
            value: each.id,
            label: `${each.name} (${longDay(each.as_of, language)})`,
          })),
        ]}
        onChange={(event) => {
          const id = event.currentTarget.value;
          void navigate({
            to: '/rilis',
            search: (before) => ({
              ...viewOf(before),
              rilis: cutoff.id,
              ...(id === '' ? {} : { dengan: id }),
            }),
            replace: true,
            resetScroll: false,
          });
        }}
      />
    </div>
  );
}
