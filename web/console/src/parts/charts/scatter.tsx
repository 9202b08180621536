import { useWidth } from '@kumkm/shared/charts/size.ts';
import { scaleLinear } from 'd3-scale';
import { useState } from 'react';
import styles from './charts.module.css';
import { Plot } from './plot.tsx';
import { YAxis } from './y-axis.tsx';

const HEIGHT = 300;
const PAD = { top: 12, right: 28, bottom: 44, left: 52 };
const NEAR = 24;

export interface Dot {
  readonly key: string;
  readonly name: string;
  readonly x: number;
  /** Null: not known; it is drawn hollow on the axis. */
  readonly y: number | null;
}

interface Told {
  readonly dots: readonly Dot[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xTick: (value: number) => string;
  readonly yTick: (value: number) => string;
  readonly tip: (dot: Dot) => string;
  readonly onOpen: (key: string) => void;
  readonly label: string;
}

/** Two figures of each one against each other. A dot opens what it stands for; the table behind does so by keyboard. */
export function ScatterChart({ dots, xLabel, yLabel, xTick, yTick, tip, onOpen, label }: Told) {
  const [place, width] = useWidth();
  const [at, setAt] = useState<Dot | undefined>();
  const x = scaleLinear(
    [0, Math.max(1, ...dots.map((dot) => dot.x))],
    [PAD.left + 8, width - PAD.right],
  ).nice(5);
  const y = scaleLinear(
    [0, Math.max(5, ...dots.map((dot) => dot.y ?? 0))],
    [HEIGHT - PAD.bottom - 8, PAD.top],
  ).nice(4);

  function look(pointer: readonly [number, number] | undefined) {
    if (pointer === undefined) {
      setAt(undefined);
      return;
    }
    const away = (dot: Dot) => Math.hypot(x(dot.x) - pointer[0], y(dot.y ?? 0) - pointer[1]);
    const nearest = dots.reduce<Dot | undefined>(
      (best, dot) => (best === undefined || away(dot) < away(best) ? dot : best),
      undefined,
    );
    setAt(nearest !== undefined && away(nearest) < NEAR ? nearest : undefined);
  }

  return (
    <Plot
      box={{ place, width, height: HEIGHT }}
      label={label}
      onPoint={look}
      opens={at !== undefined}
      onOpen={() => {
        if (at !== undefined) onOpen(at.key);
      }}
      tip={at && [at.name, tip(at), x(at.x)]}
    >
      <YAxis scale={y} left={PAD.left} right={width - PAD.right} label={yTick} />
      {x.ticks(Math.max(2, Math.floor(width / 110))).map((tick) => (
        <text key={tick} className={styles.tick} x={x(tick)} y={HEIGHT - 26} textAnchor="middle">
          {xTick(tick)}
        </text>
      ))}
      <text className={styles.tick} x={width - PAD.right} y={HEIGHT - 6} textAnchor="end">
        {`${xLabel} →`}
      </text>
      <text className={styles.tick} x={PAD.left + 6} y={PAD.top + 14}>
        {`↑ ${yLabel}`}
      </text>
      {dots.map((dot) => (
        <circle
          key={dot.key}
          className={dot.y === null ? styles.dotOpen : styles.dotSoft}
          cx={x(dot.x)}
          cy={y(dot.y ?? 0)}
          r={dot === at ? 7 : 5}
        />
      ))}
    </Plot>
  );
}
