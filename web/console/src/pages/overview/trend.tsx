import { curveOf, sinceFirst } from '@kumkm/shared/charts/progress.ts';
import type { Column } from '@kumkm/shared/files.ts';
import { addDays, longDay } from '@kumkm/shared/formats/dates.ts';
import { count, rate } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useQuery } from '@tanstack/react-query';
import { type DateRow, datesQuery, type RegionAnswer } from '../../data/progress.ts';
import { cellOf } from '../../parts/charts/cell.ts';
import { CurveChart } from '../../parts/charts/curve.tsx';
import { CurveLegend } from '../../parts/charts/curve-legend.tsx';
import { DaysChart } from '../../parts/charts/days.tsx';
import { ChartFrame } from '../../parts/charts/frame.tsx';
import { Legend } from '../../parts/charts/legend.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { overview } from '../../texts/overview.ts';
import { shell } from '../../texts/shell.ts';
import { useView } from '../../view.ts';
import styles from './overview.module.css';

/** The cumulative curve, and day by day. */
export function Trend({ answer }: { readonly answer: RegionAnswer }) {
  const t = useTexts(overview);
  const s = useTexts(shell);
  const language = useLanguage();
  const view = useView();
  const { item, as_of, basis } = answer;
  const dates = useQuery(datesQuery(item.region.code, view));
  if (dates.isError && dates.data === undefined) {
    return <Fault fault={dates.error} again={() => void dates.refetch()} />;
  }
  if (dates.data === undefined) return <Waiting rows={1} height={360} />;
  const curve = curveOf({
    rows: dates.data.items,
    asOf: as_of,
    daysLeft: item.pace.days_left,
    target: item.target,
    projectedTotal: item.pace.projected_total,
  });
  if (curve === undefined) return null;
  const days = sinceFirst(dates.data.items);
  const columns: Column<DateRow>[] = [
    { title: t.day, value: (row) => row.date },
    { title: t.perDay, value: (row) => row.entered },
    { title: t.total, value: (row) => row.entered_total },
  ];
  const shared = {
    columns,
    rows: days.toReversed(),
    format: cellOf(language),
    file: `${item.region.name} ${as_of}`,
  };
  const lastDay = longDay(addDays(as_of, item.pace.days_left), language);
  const needed = curve.needed.length > 0 ? item.pace.needed_per_day : null;
  return (
    <div className={styles.pair}>
      <ChartFrame
        {...shared}
        title={t.curve}
        note={item.target === null ? t.curveNoteOpen : t.curveNote(count(item.target, language), lastDay)}
        legend={
          <CurveLegend
            curve={curve}
            hasTarget={item.target !== null}
            names={{
              actual: t.actual,
              needed: t.neededLine,
              projected: t.projectedLine,
              target: t.targetLine,
            }}
          />
        }
      >
        <CurveChart
          curve={curve}
          target={item.target}
          label={t.curveLabel(count(item.entered, language), longDay(as_of, language))}
        />
      </ChartFrame>
      <ChartFrame
        {...shared}
        title={t.daily}
        note={t.dailyNote(basis === 'captured' ? s.basisCaptured : s.basisReceived)}
        legend={
          <Legend
            items={[
              { kind: 'fill-day', name: t.perDay },
              ...(needed === null ? [] : [{ kind: 'needed', name: t.neededPerDay }]),
            ]}
          />
        }
      >
        <DaysChart
          bars={days.map((row) => ({ day: row.date, value: row.entered }))}
          needed={needed}
          label={t.dailyLabel(
            rate(item.pace.average_per_day, language),
            rate(item.pace.needed_per_day, language),
          )}
        />
      </ChartFrame>
    </div>
  );
}
