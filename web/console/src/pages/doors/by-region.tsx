import { count, percent } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import type { RegionAnswer } from '../../data/progress.ts';
import { VISIT_RESULTS } from '../../data/visits.ts';
import { type Result, responseRate } from '../../parts/doors-by-result.tsx';
import { type RegionFigure, RegionFigures } from '../../parts/region-figures.tsx';
import { doors } from '../../texts/doors.ts';

/** Of a phone's card only what is not final, and the rate. */
const SHOWN = new Set<Result>(['entered', 'open_visits', 'non_response', 'refused']);
const COLUMNS = ['entered', ...VISIT_RESULTS] as const satisfies readonly Result[];

/** The regions right below one, each with its doors by result. */
export function ByRegion({ answer }: { readonly answer: RegionAnswer }) {
  const t = useTexts(doors);
  const language = useLanguage();
  const whole = (value: number | null) => count(value, language);
  const figures: readonly RegionFigure[] = [
    { key: 'doors', label: t.doors, by: (row) => row.doors, written: whole },
    ...COLUMNS.map((result) => ({
      key: result,
      label: t.short[result],
      inFile: t.states[result],
      by: (row: RegionAnswer['item']) => row[result],
      written: whole,
      minor: !SHOWN.has(result),
    })),
    { key: 'rate', label: t.rate, by: responseRate, written: (value) => percent(value, language) },
  ];
  return (
    <RegionFigures
      answer={answer}
      title={t.children}
      figures={figures}
      usual={{ key: 'open_visits', down: true }}
      page="/kunjungan"
    />
  );
}
