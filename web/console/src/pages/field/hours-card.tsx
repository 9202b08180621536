import type { Column } from '@kumkm/shared/files.ts';
import { type Day, longDay, shortDay, weekday } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { cellOf } from '../../parts/charts/cell.ts';
import { ChartFrame } from '../../parts/charts/frame.tsx';
import { HeatChart } from '../../parts/charts/heat.tsx';
import { Legend } from '../../parts/charts/legend.tsx';
import { field } from '../../texts/field.ts';
import type { Hours } from './hours.ts';

const LEVELS = 5;

interface Told {
  readonly title: string;
  readonly hours: Hours;
  readonly file: string;
}

/** Records by day and hour of capture: a heat map, and the table behind. */
export function HoursCard({ title, hours, file }: Told) {
  const t = useTexts(field);
  const language = useLanguage();
  const first = hours.days[0];
  const last = hours.days.at(-1);
  const columns: Column<Day>[] = [
    { title: t.day, value: (day) => day },
    ...hours.hours.map((hour) => ({
      title: t.hour(hour),
      value: (day: Day) => hours.records(day, hour),
    })),
  ];
  return (
    <ChartFrame
      title={title}
      note={t.hoursNote(count(hours.whole, language), longDay(first, language), longDay(last, language))}
      columns={columns}
      rows={hours.days}
      format={cellOf(language)}
      file={file}
      legend={<Legend items={levels(hours.most, (value) => count(value, language))} />}
    >
      <HeatChart
        columns={hours.days}
        rows={hours.hours}
        value={hours.records}
        most={hours.most}
        columnLabel={(day) => shortDay(day, language)}
        rowLabel={t.hour}
        tip={(day, hour) => [
          `${weekday(day, language)}, ${t.hour(hour)}`,
          t.recordsAt(count(hours.records(day, hour), language)),
        ]}
        label={t.hoursLabel(t.hour(hours.busiest))}
      />
    </ChartFrame>
  );
}

/** What each colour stands for: `1–4`, `5–8` … Where the most is small, colours without a figure are left out. */
function levels(most: number, written: (value: number) => string) {
  return Array.from({ length: LEVELS }, (_, place) => {
    const from = Math.floor((place * most) / LEVELS) + 1;
    const to = Math.floor(((place + 1) * most) / LEVELS);
    return {
      kind: `fill-heat-${place + 1}`,
      name: from === to ? written(to) : `${written(from)}–${written(to)}`,
      there: from <= to,
    };
  }).filter((level) => level.there);
}
