import { count, percent } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import type { RegionAnswer } from '../../data/progress.ts';
import { type RegionFigure, RegionFigures } from '../../parts/region-figures.tsx';
import { listing } from '../../texts/listing.ts';

/** The regions right below one: how much of their listing is left. */
export function ByRegion({ answer }: { readonly answer: RegionAnswer }) {
  const t = useTexts(listing);
  const language = useLanguage();
  const whole = (value: number | null) => count(value, language);
  const figures: readonly RegionFigure[] = [
    { key: 'listed', label: t.listed, by: (row) => row.listed ?? null, written: whole },
    { key: 'done', label: t.done, by: (row) => row.listed_done, written: whole },
    {
      key: 'gap',
      label: t.gap,
      by: (row) => (row.listed === null ? null : row.listed - row.listed_done),
      written: whole,
    },
    {
      key: 'percent',
      label: t.percent,
      by: (row) => row.percent_of_listing,
      written: (value) => percent(value, language),
    },
    { key: 'found', label: t.found, by: (row) => row.new_found, written: whole, minor: true },
  ];
  return (
    <RegionFigures
      answer={answer}
      title={t.children}
      figures={figures}
      usual={{ key: 'gap', down: true }}
      page="/daftar"
    />
  );
}
