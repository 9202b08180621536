import type { Column } from '@kumkm/shared/files.ts';
import { count, percent, rate } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useQuery } from '@tanstack/react-query';
import { cellOf } from '../../parts/charts/cell.ts';
import { ChartFrame } from '../../parts/charts/frame.tsx';
import { Legend } from '../../parts/charts/legend.tsx';
import { ScatterChart } from '../../parts/charts/scatter.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { field } from '../../texts/field.ts';
import { useView } from '../../view.ts';
import styles from './field.module.css';
import { hoursOf } from './hours.ts';
import { HoursCard } from './hours-card.tsx';
import { type ActivityRow, activityQuery, type ForceRow, MOST_IN_RHYTHM } from './queries.ts';

interface Told {
  readonly region: string;
  readonly team: string | undefined;
  /** Those whom the filters let through. */
  readonly people: readonly ForceRow[];
  readonly all: number;
  readonly file: string;
  readonly onOpen: (person: string) => void;
}

/** When people work, and how fast against how much is returned to them. */
export function Rhythm({ region, team, people, all, file, onOpen }: Told) {
  const t = useTexts(field);
  const language = useLanguage();
  const view = useView();
  const few = team !== undefined || all <= MOST_IN_RHYTHM;
  const activity = useQuery({
    ...activityQuery(region, view, team === undefined ? {} : { coordinator: team }),
    enabled: few,
  });
  if (!few) return <p className={styles.none}>{t.tooMany(count(MOST_IN_RHYTHM, language))}</p>;
  if (activity.isError && activity.data === undefined) {
    return <Fault fault={activity.error} again={() => void activity.refetch()} />;
  }
  if (activity.data === undefined) return <Waiting rows={2} height={320} />;
  const shown = new Set(people.map((row) => row.enumerator.id));
  const rows = activity.data.items.filter((row) => shown.has(row.enumerator.id));
  const hours = hoursOf(rows);
  if (hours === undefined) return <p className={styles.none}>{t.noHours}</p>;
  return (
    <div className={styles.pair}>
      <HoursCard title={t.hours} hours={hours} file={file} />
      <Speed rows={rows} file={file} onOpen={onOpen} />
    </div>
  );
}

interface SpeedTold {
  readonly rows: readonly ActivityRow[];
  readonly file: string;
  readonly onOpen: (person: string) => void;
}

function Speed({ rows, file, onOpen }: SpeedTold) {
  const t = useTexts(field);
  const language = useLanguage();
  const timed = rows.filter((row) => row.minutes !== null);
  const columns: Column<ActivityRow>[] = [
    { title: t.person, value: (row) => row.enumerator.name },
    { title: t.minutes, value: (row) => row.minutes },
    { title: t.returnedShare, value: (row) => row.returned_percent },
    { title: t.reviewed, value: (row) => row.reviewed },
    { title: t.returned, value: (row) => row.returned },
    { title: t.records, value: (row) => row.records },
  ];
  const dots = timed.map((row) => ({
    key: row.enumerator.id,
    name: row.enumerator.name,
    x: row.minutes ?? 0,
    y: row.returned_percent,
  }));
  return (
    <ChartFrame
      title={t.speed}
      note={t.speedNote(count(timed.length, language))}
      columns={columns}
      rows={timed}
      format={cellOf(language, { [t.minutes]: rate, [t.returnedShare]: percent })}
      file={file}
      legend={
        <Legend
          items={[
            { kind: 'fill-dot', name: t.judged },
            ...(dots.some((dot) => dot.y === null) ? [{ kind: 'fill-hollow', name: t.unjudged }] : []),
          ]}
        />
      }
    >
      <ScatterChart
        dots={dots}
        xLabel={t.minutes}
        yLabel={t.returnedShare}
        xTick={(value) => t.minutesTick(count(value, language))}
        yTick={(value) => percent(value, language, 0)}
        tip={(dot) =>
          `${t.minutesTick(rate(dot.x, language))} · ${dot.y === null ? t.unjudged : percent(dot.y, language)}`
        }
        onOpen={onOpen}
        label={t.speedLabel}
      />
    </ChartFrame>
  );
}
