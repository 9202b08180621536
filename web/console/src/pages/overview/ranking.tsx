import type { Column } from '@kumkm/shared/files.ts';
import { count, percent } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useQuery } from '@tanstack/react-query';
import { levelOf, liesIn, parentOf } from '../../data/codes.ts';
import { NATION, useMe } from '../../data/me.ts';
import { childrenQuery, type RegionAnswer, type RegionRow, regionQuery } from '../../data/progress.ts';
import { cellOf } from '../../parts/charts/cell.ts';
import { ChartFrame } from '../../parts/charts/frame.tsx';
import { RankingChart } from '../../parts/charts/ranking.tsx';
import { overview } from '../../texts/overview.ts';
import { useView } from '../../view.ts';

const MOST = 10;
const WHOLE = 100;

interface Place {
  readonly row: RegionRow;
  readonly percent: number;
}

/** Those that have a target, and so a percent. */
function rankedOf(rows: readonly RegionRow[]): readonly Place[] {
  return rows.flatMap((row) => (row.percent === null ? [] : [{ row, percent: row.percent }]));
}

/** Among the regions with the same parent, where that lies in one's territory; else how it is spread below. */
export function Ranking({ answer }: { readonly answer: RegionAnswer }) {
  const me = useMe();
  const above = parentOf(answer.item.region.code);
  const seen = above !== undefined && liesIn(above, me?.region_code ?? NATION);
  return seen ? <Siblings answer={answer} parent={above} /> : <Spread answer={answer} />;
}

function Siblings({ answer, parent }: { readonly answer: RegionAnswer; readonly parent: string }) {
  const t = useTexts(overview);
  const view = useView();
  const siblings = useQuery(childrenQuery(parent, view));
  const place = useQuery(regionQuery(parent, view));
  const rows = siblings.data?.items ?? [];
  const ranked = rankedOf(rows);
  const name = place.data?.item.region.name;
  if (name === undefined || (ranked.length < 2 && rows.length < 2)) return null;
  if (ranked.length >= 2) {
    return (
      <Bars
        title={t.ranking}
        note={t.rankingNote(name)}
        label={t.rankingLabel}
        places={ranked}
        answer={answer}
      />
    );
  }
  return <Shares rows={rows} whole={place.data?.item.entered ?? 0} answer={answer} />;
}

function Spread({ answer }: { readonly answer: RegionAnswer }) {
  const t = useTexts(overview);
  const view = useView();
  const { code, name } = answer.item.region;
  const children = useQuery({ ...childrenQuery(code, view), enabled: levelOf(code) !== 'neighbourhood' });
  const rows = children.data?.items ?? [];
  const ranked = rankedOf(rows);
  if (ranked.length >= 2) {
    return (
      <Bars
        title={t.rankingBelow}
        note={t.rankingNote(name)}
        label={t.rankingLabel}
        places={ranked}
        answer={answer}
      />
    );
  }
  return rows.length < 2 ? null : <Shares rows={rows} whole={answer.item.entered} answer={answer} />;
}

interface SharesTold {
  readonly rows: readonly RegionRow[];
  readonly whole: number;
  readonly answer: RegionAnswer;
}

/** Without targets there is no ranking; who brought how much of it is shown instead. */
function Shares({ rows, whole, answer }: SharesTold) {
  const t = useTexts(overview);
  const language = useLanguage();
  if (whole <= 0) return null;
  const places = rows.map((row) => ({ row, percent: (row.entered / whole) * WHOLE }));
  return (
    <Bars
      title={t.most}
      note={t.mostNote(count(whole, language))}
      label={t.mostLabel}
      places={places}
      answer={answer}
    />
  );
}

interface BarsTold {
  readonly title: string;
  readonly note: string;
  readonly label: string;
  readonly places: readonly Place[];
  readonly answer: RegionAnswer;
}

function Bars({ title, note, label, places, answer }: BarsTold) {
  const t = useTexts(overview);
  const language = useLanguage();
  const own = answer.item.region.code;
  const sorted = places.toSorted((a, b) => b.percent - a.percent);
  const columns: Column<Place>[] = [
    { title: t.region, value: ({ row }) => row.region.name },
    { title: t.percent, value: (place) => place.percent },
    { title: t.entered, value: ({ row }) => row.entered },
    { title: t.target, value: ({ row }) => row.target },
  ];
  return (
    <ChartFrame
      title={title}
      note={note}
      columns={columns}
      rows={sorted}
      format={cellOf(language, { [t.percent]: percent })}
      file={`${answer.item.region.name} ${answer.as_of}`}
    >
      <RankingChart
        label={label}
        rows={sorted
          .map(({ row, percent: share }, place) => ({
            key: row.region.code,
            place: place + 1,
            name: row.region.name,
            percent: share,
            own: row.region.code === own,
          }))
          .filter((row) => row.place <= MOST || row.own)}
      />
    </ChartFrame>
  );
}
