import type { Curve, Point } from '@kumkm/shared/charts/progress.ts';
import { useWidth } from '@kumkm/shared/charts/size.ts';
import { addDays, type Day, daysBetween, longDay, shortDay } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage } from '@kumkm/shared/texts/language.ts';
import { bisectCenter } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import { useState } from 'react';
import { compact } from './axis.ts';
import styles from './charts.module.css';
import { Plot } from './plot.tsx';
import { YAxis } from './y-axis.tsx';

const HEIGHT = 280;
const PAD = { top: 12, right: 12, bottom: 28, left: 44 };

interface Told {
  readonly curve: Curve;
  readonly target: number | null;
  /** What the drawing shows, in a sentence, for who does not see it. */
  readonly label: string;
}

/** What is in day by day, the line that is needed, and where the last week's pace leads. */
export function CurveChart({ curve, target, label }: Told) {
  const language = useLanguage();
  const [place, width] = useWidth();
  const [at, setAt] = useState<Point | undefined>();
  const days = daysBetween(curve.first, curve.last);
  const x = scaleLinear([0, Math.max(1, days)], [PAD.left, width - PAD.right]);
  const y = scaleLinear([0, curve.highest], [HEIGHT - PAD.bottom, PAD.top]).nice(4);
  const xOf = (day: Day) => x(daysBetween(curve.first, day));
  const path = line<Point>()
    .x((point) => xOf(point.day))
    .y((point) => y(point.value));
  const fill = area<Point>()
    .x((point) => xOf(point.day))
    .y0(y(0))
    .y1((point) => y(point.value));
  const latest = curve.actual.at(-1);

  function look(pointer: readonly [number, number] | undefined) {
    const days = curve.actual.map((point) => daysBetween(curve.first, point.day));
    setAt(pointer && curve.actual[bisectCenter(days, x.invert(pointer[0]))]);
  }

  return (
    <Plot
      box={{ place, width, height: HEIGHT }}
      label={label}
      onPoint={look}
      tip={at && [longDay(at.day, language), count(at.value, language), xOf(at.day)]}
    >
      <YAxis scale={y} left={PAD.left} right={width - PAD.right} label={(tick) => compact(tick, language)} />
      {dayTicks(curve.first, days, width).map(({ day, anchor }) => (
        <text key={day} className={styles.tick} x={xOf(day)} y={HEIGHT - 8} textAnchor={anchor}>
          {shortDay(day, language)}
        </text>
      ))}
      {target !== null && (
        <line className={styles.target} x1={PAD.left} x2={width - PAD.right} y1={y(target)} y2={y(target)} />
      )}
      <path className={styles.area} d={fill(curve.actual) ?? ''} />
      <path className={styles.needed} d={path(curve.needed) ?? ''} />
      <path className={styles.projected} d={path(curve.projected) ?? ''} />
      <path className={styles.actual} d={path(curve.actual) ?? ''} />
      {latest !== undefined && (
        <circle className={styles.dot} cx={xOf(latest.day)} cy={y(latest.value)} r={4.5} />
      )}
      {at !== undefined && (
        <g data-live>
          <line
            className={styles.cross}
            x1={xOf(at.day)}
            x2={xOf(at.day)}
            y1={PAD.top}
            y2={HEIGHT - PAD.bottom}
          />
          <circle className={styles.dot} cx={xOf(at.day)} cy={y(at.value)} r={4.5} />
        </g>
      )}
    </Plot>
  );
}

const PX_A_TICK = 110;

/** Days that are written below: the first, the last, and some between, as many as there is room for. */
export function dayTicks(
  first: Day,
  days: number,
  width: number,
): { readonly day: Day; readonly anchor: 'start' | 'middle' | 'end' }[] {
  const parts = Math.max(1, Math.min(days, Math.floor(width / PX_A_TICK)));
  return Array.from({ length: parts + 1 }, (_, part) => ({
    day: addDays(first, Math.round((part * days) / parts)),
    anchor: part === 0 ? ('start' as const) : part === parts ? ('end' as const) : ('middle' as const),
  }));
}
