import { useWidth } from '@kumkm/shared/charts/size.ts';
import { type Day, daysBetween, shortDay, weekday } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage } from '@kumkm/shared/texts/language.ts';
import { scaleLinear } from 'd3-scale';
import { useState } from 'react';
import { compact } from './axis.ts';
import styles from './charts.module.css';
import { dayTicks } from './curve.tsx';
import { Plot } from './plot.tsx';
import { YAxis } from './y-axis.tsx';

const HEIGHT = 220;
const PAD = { top: 12, right: 12, bottom: 28, left: 44 };
const WIDEST = 28;

export interface DayBar {
  readonly day: Day;
  readonly value: number;
}

interface Told {
  readonly bars: readonly DayBar[];
  /** A line across: what is needed each day from now on. */
  readonly needed: number | null;
  readonly label: string;
}

/** What came in on each day. A day on which more was taken back than came in goes below the line. */
export function DaysChart({ bars, needed, label }: Told) {
  const language = useLanguage();
  const [place, width] = useWidth();
  const [at, setAt] = useState<number | undefined>();
  const first = bars[0]?.day;
  const last = bars.at(-1)?.day;
  if (first === undefined || last === undefined) return null;
  const values = bars.map((bar) => bar.value);
  const x = scaleLinear([0, bars.length], [PAD.left, width - PAD.right]);
  const y = scaleLinear(
    [Math.min(0, ...values), Math.max(1, needed ?? 0, ...values)],
    [HEIGHT - PAD.bottom, PAD.top],
  ).nice(4);
  const step = x(1) - x(0);
  const wide = Math.max(1, Math.min(WIDEST, step * 0.72));
  const center = (place: number) => x(place) + step / 2;

  function look(pointer: readonly [number, number] | undefined) {
    const found = pointer && Math.floor(x.invert(pointer[0]));
    setAt(found !== undefined && found in bars ? found : undefined);
  }

  const shown = at === undefined ? undefined : bars[at];
  const tip =
    at === undefined || shown === undefined
      ? undefined
      : ([weekday(shown.day, language), count(shown.value, language), center(at)] as const);
  return (
    <Plot box={{ place, width, height: HEIGHT }} label={label} onPoint={look} tip={tip}>
      <YAxis scale={y} left={PAD.left} right={width - PAD.right} label={(tick) => compact(tick, language)} />
      {bars.map((bar, place) => (
        <rect
          key={bar.day}
          className={place === at ? styles.barAt : styles.bar}
          x={center(place) - wide / 2}
          y={Math.min(y(0), y(bar.value))}
          width={wide}
          height={Math.abs(y(0) - y(bar.value))}
          rx={Math.min(3, wide / 3)}
        />
      ))}
      {needed !== null && (
        <line className={styles.needed} x1={PAD.left} x2={width - PAD.right} y1={y(needed)} y2={y(needed)} />
      )}
      {dayTicks(first, bars.length - 1, width).map(({ day, anchor }) => (
        <text
          key={day}
          className={styles.tick}
          x={center(daysBetween(first, day))}
          y={HEIGHT - 8}
          textAnchor={anchor}
        >
          {shortDay(day, language)}
        </text>
      ))}
    </Plot>
  );
}
