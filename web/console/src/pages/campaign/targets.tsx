import { longDay } from '@kumkm/shared/formats/dates.ts';
import { count, NONE } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, NativeSelect } from '@mantine/core';
import { IconArrowUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { campaignsQuery } from '../../data/campaigns.ts';
import { levelOf, liesIn, NATION, parentOf } from '../../data/codes.ts';
import { useMe } from '../../data/me.ts';
import { childrenQuery, regionQuery } from '../../data/progress.ts';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { OfRegion } from '../../parts/of-region.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { campaignTexts } from '../../texts/campaign.ts';
import { useView } from '../../view.ts';
import styles from './campaign.module.css';
import { type Targets as Answer, type Target, targetsQuery } from './queries.ts';
import { SumBadge } from './sum-badge.tsx';
import { TargetField } from './target-field.tsx';

const STEADY = { refetchInterval: false } as const;

/** What each region below should reach, beside what the regions below it add up to. */
export function Targets() {
  return <OfRegion>{(code) => <Of code={code} />}</OfRegion>;
}

function Of({ code }: { readonly code: string }) {
  const t = useTexts(campaignTexts);
  const view = useView();
  const targets = useQuery(targetsQuery(code, view.campaign));
  const region = useQuery({ ...regionQuery(code, view), ...STEADY });
  const children = useQuery({
    ...childrenQuery(code, view),
    ...STEADY,
    enabled: levelOf(code) !== 'neighbourhood',
  });
  const names = useMemo(
    () => new Map(children.data?.items.map((row) => [row.region.code, row.region.name])),
    [children.data],
  );
  const name = region.data?.item.region.name ?? code;
  return (
    <>
      <Head code={code} name={name} campaign={targets.data?.campaign} />
      {targets.isError && targets.data === undefined && (
        <Fault fault={targets.error} again={() => void targets.refetch()} />
      )}
      {targets.isPending && <Waiting rows={6} />}
      {targets.data !== undefined && (
        <>
          <Summary answer={targets.data} />
          {targets.data.items.length === 0 ? (
            <p className={styles.quiet}>{t.village}</p>
          ) : (
            <Below answer={targets.data} names={names} title={t.targetsOf(name)} />
          )}
        </>
      )}
    </>
  );
}

interface HeadTold {
  readonly code: string;
  readonly name: string;
  readonly campaign: string | undefined;
}

function Head({ code, name, campaign }: HeadTold) {
  const t = useTexts(campaignTexts);
  const me = useMe();
  const navigate = useNavigate({ from: '/kegiatan' });
  const campaigns = useQuery(campaignsQuery).data ?? [];
  const parent = parentOf(code);
  const canGoUp = parent !== undefined && me !== undefined && liesIn(parent, me.region_code ?? NATION);
  return (
    <div className={styles.above}>
      <h2 className={styles.heading}>{t.targetsOf(name)}</h2>
      <div className={styles.tools}>
        {canGoUp && (
          <Button
            variant="default"
            leftSection={<IconArrowUp size={18} aria-hidden />}
            renderRoot={(props: object) => (
              <Link
                to="/kegiatan"
                search={(all) => ({ ...all, tab: 'targets', region: parent })}
                {...props}
              />
            )}
          >
            {t.upTo}
          </Button>
        )}
        {campaigns.length > 1 && (
          <NativeSelect
            aria-label={t.campaign}
            value={campaign ?? ''}
            data={campaigns.map((each) => ({ value: each.code, label: each.name }))}
            onChange={(event) => {
              const chosen = event.currentTarget.value;
              void navigate({ search: (all) => ({ ...all, campaign: chosen }), replace: true });
            }}
          />
        )}
      </div>
    </div>
  );
}

/** The region's own target, and what of it is shared out. */
function Summary({ answer }: { readonly answer: Answer }) {
  const t = useTexts(campaignTexts);
  const language = useLanguage();
  const me = useMe();
  const { businesses, children, children_with_target: some, children_sum: sum } = answer.region;
  const whole = (value: number | null) => count(value, language);
  if (businesses === null && some === 0) {
    return <Empty title={t.noTarget} about={me?.role === 'admin' ? t.noTargetAdmin : t.noTargetAbout} />;
  }
  const left = businesses === null ? undefined : businesses - sum;
  return (
    <section className={`${surfaces.card} ${styles.sums}`} aria-label={t.target}>
      <p>
        <span>{t.ownTarget}</span>
        <strong>{businesses === null ? NONE : whole(businesses)}</strong>
      </p>
      {children > 0 && (
        <p>
          <span>{t.sum}</span>
          <strong>{whole(sum)}</strong>
          <small>{t.withTarget(whole(some), whole(children))}</small>
        </p>
      )}
      {children > 0 && left !== undefined && (
        <p>
          <span>{left < 0 ? t.tooMuch : t.left}</span>
          <strong>{whole(Math.abs(left))}</strong>
          <SumBadge target={answer.region} />
        </p>
      )}
    </section>
  );
}

interface SinceTold {
  readonly target: Target;
  readonly asOf: string;
}

/** From when on the target holds, and what it was before or becomes. */
function Since({ target, asOf }: SinceTold) {
  const t = useTexts(campaignTexts);
  const language = useLanguage();
  const others = target.history.filter((each) => each.valid_from !== target.valid_from);
  const said = others.map(({ valid_from, businesses }) => {
    const value = businesses === null ? t.noneThen : count(businesses, language);
    const day = longDay(valid_from, language);
    return valid_from > asOf ? t.willBe(value, day) : t.wasSince(value, day);
  });
  return (
    <span className={styles.since}>
      <span>{longDay(target.valid_from, language)}</span>
      {said.map((each) => (
        <small key={each}>{each}</small>
      ))}
    </span>
  );
}

interface BelowTold {
  readonly answer: Answer;
  readonly names: ReadonlyMap<string, string>;
  readonly title: string;
}

function Below({ answer, names, title }: BelowTold) {
  const t = useTexts(campaignTexts);
  const language = useLanguage();
  const nameOf = (row: Target) => names.get(row.region_code) ?? row.region_code;
  const columns: Column<Target>[] = [
    {
      key: 'region',
      label: t.region,
      card: 'heading',
      by: nameOf,
      cell: (row) => (
        <Link
          to="/kegiatan"
          search={(all) => ({ ...all, tab: 'targets', region: row.region_code })}
          className={`${surfaces.link} ${styles.link}`}
        >
          {nameOf(row)}
        </Link>
      ),
    },
    {
      key: 'target',
      label: t.target,
      end: true,
      by: (row) => row.businesses,
      cell: (row) => (
        <TargetField
          key={`${answer.campaign} ${row.businesses} ${row.history.length}`}
          target={row}
          name={nameOf(row)}
          campaign={answer.campaign}
        />
      ),
    },
    {
      key: 'since',
      label: t.since,
      by: (row) => row.valid_from,
      cell: (row) => <Since target={row} asOf={answer.as_of} />,
    },
    {
      key: 'sum',
      label: t.sum,
      end: true,
      by: (row) => row.children_sum,
      cell: (row) => (row.children_with_target === 0 ? NONE : count(row.children_sum, language)),
    },
    {
      key: 'below',
      label: t.below,
      end: true,
      card: 'hidden',
      by: (row) => row.children_with_target,
      cell: (row) =>
        row.children === 0
          ? NONE
          : t.belowOf(count(row.children_with_target, language), count(row.children, language)),
    },
    {
      key: 'state',
      label: t.sums,
      by: (row) => (row.adds_up === null ? 2 : Number(row.adds_up)),
      cell: (row) => (row.children === 0 ? NONE : <SumBadge target={row} />),
    },
  ];
  return (
    <DataTable caption={title} columns={columns} rows={answer.items} rowKey={(row) => row.region_code} />
  );
}
