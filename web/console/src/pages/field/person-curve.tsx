import { curveOf, sinceFirst } from '@kumkm/shared/charts/progress.ts';
import type { Column } from '@kumkm/shared/files.ts';
import { addDays, longDay } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useQuery } from '@tanstack/react-query';
import type { DateRow } from '../../data/progress.ts';
import { cellOf } from '../../parts/charts/cell.ts';
import { CurveChart } from '../../parts/charts/curve.tsx';
import { CurveLegend } from '../../parts/charts/curve-legend.tsx';
import { ChartFrame } from '../../parts/charts/frame.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { field } from '../../texts/field.ts';
import { useView } from '../../view.ts';
import { type ForceAnswer, type ForceRow, personDatesQuery } from './queries.ts';

interface Told {
  readonly row: ForceRow;
  readonly code: string;
  readonly answer: ForceAnswer;
  readonly daysLeft: number;
}

/** What one enumerator brought, against the quota. */
export function PersonCurve({ row, code, answer, daysLeft }: Told) {
  const t = useTexts(field);
  const language = useLanguage();
  const view = useView();
  const dates = useQuery(personDatesQuery(code, view, row.enumerator.id));
  if (dates.isError && dates.data === undefined) {
    return <Fault fault={dates.error} again={() => void dates.refetch()} />;
  }
  if (dates.data === undefined) return <Waiting rows={1} height={320} />;
  const curve = curveOf({
    rows: dates.data.items,
    asOf: answer.as_of,
    daysLeft,
    target: row.quota,
    projectedTotal: Math.round(row.entered + row.last_7_days_per_day * daysLeft),
  });
  if (curve === undefined) return null;
  const columns: Column<DateRow>[] = [
    { title: t.day, value: (day) => day.date },
    { title: t.perDay, value: (day) => day.entered },
    { title: t.total, value: (day) => day.entered_total },
  ];
  const last = longDay(addDays(answer.as_of, daysLeft), language);
  return (
    <ChartFrame
      title={t.progressOf}
      note={row.quota === null ? t.curveOpen : t.curveNote(count(row.quota, language), last)}
      columns={columns}
      rows={sinceFirst(dates.data.items).toReversed()}
      format={cellOf(language)}
      file={`${row.enumerator.username} ${answer.as_of}`}
      legend={
        <CurveLegend
          curve={curve}
          hasTarget={row.quota !== null}
          names={{
            actual: t.actualLine,
            needed: t.neededLine,
            projected: t.projectedLine,
            target: t.quotaLine,
          }}
        />
      }
    >
      <CurveChart curve={curve} target={row.quota} label={t.curveLabel(count(row.entered, language))} />
    </ChartFrame>
  );
}
