import type { Column } from '@kumkm/shared/files.ts';
import { percent } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useQuery } from '@tanstack/react-query';
import { liesIn, parentOf } from '../../data/codes.ts';
import { NATION, useMe } from '../../data/me.ts';
import { childrenQuery, type RegionAnswer, type RegionRow, regionQuery } from '../../data/progress.ts';
import { ChartFrame } from '../../parts/charts/frame.tsx';
import { RankingChart } from '../../parts/charts/ranking.tsx';
import { overview } from '../../texts/overview.ts';
import { useView } from '../../view.ts';

const MOST = 12;

/**
 * The region among those with the same parent, where that lies in one's territory; else the regions below it, which is
 * the ranking that one may see.
 */
export function Ranking({ answer }: { readonly answer: RegionAnswer }) {
  const t = useTexts(overview);
  const language = useLanguage();
  const view = useView();
  const me = useMe();
  const own = answer.item.region.code;
  const above = parentOf(own);
  const parent = above !== undefined && liesIn(above, me?.region_code ?? NATION) ? above : own;
  const siblings = useQuery(childrenQuery(parent, view));
  const place = useQuery(regionQuery(parent, view));
  const ranked = (siblings.data?.items ?? [])
    .filter((row) => row.percent !== null)
    .toSorted((a, b) => (b.percent ?? 0) - (a.percent ?? 0));
  if (ranked.length < 2) return null;
  const columns: Column<RegionRow>[] = [
    { title: t.region, value: (row) => row.region.name },
    { title: t.percent, value: (row) => row.percent },
    { title: t.entered, value: (row) => row.entered },
    { title: t.target, value: (row) => row.target },
  ];
  return (
    <ChartFrame
      title={t.ranking}
      note={t.rankingNote(place.data?.item.region.name ?? parent)}
      columns={columns}
      rows={ranked}
      format={(value, column) =>
        typeof value === 'number' && column.title === t.percent
          ? percent(value, language)
          : String(value ?? '–')
      }
      file={`${parent} ${answer.as_of}`}
    >
      <RankingChart
        label={t.rankingLabel}
        rows={shown(ranked, own).map((row) => ({
          key: row.region.code,
          name: row.region.name,
          percent: row.percent ?? 0,
          own: row.region.code === own,
        }))}
      />
    </ChartFrame>
  );
}

/** The first ones, and the region of the page even where it is not among them. The table has all. */
function shown(ranked: readonly RegionRow[], own: string): readonly RegionRow[] {
  return ranked.filter((row, place) => place < MOST || row.region.code === own);
}
