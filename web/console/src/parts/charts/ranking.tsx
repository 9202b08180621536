import { percent } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage } from '@kumkm/shared/texts/language.ts';
import { BarsChart } from './bars.tsx';

export interface Ranked {
  readonly key: string;
  readonly place: number;
  readonly name: string;
  readonly percent: number;
  /** The one that the page is about. */
  readonly own: boolean;
}

interface Told {
  readonly rows: readonly Ranked[];
  readonly label: string;
}

/** Regions by percent, the first on top. */
export function RankingChart({ rows, label }: Told) {
  const language = useLanguage();
  return (
    <BarsChart
      label={label}
      bars={rows.map((row) => ({
        key: row.key,
        name: `${row.place}. ${row.name}`,
        value: row.percent,
        written: percent(row.percent, language),
        strong: row.own,
      }))}
    />
  );
}
