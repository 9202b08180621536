import { useWidth } from '@kumkm/shared/charts/size.ts';
import { scaleLinear } from 'd3-scale';
import { type PointerEvent, useState } from 'react';
import styles from './charts.module.css';
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

  function look(event: PointerEvent<SVGSVGElement>) {
    const box = event.currentTarget.getBoundingClientRect();
    const away = (dot: Dot) =>
      Math.hypot(x(dot.x) - (event.clientX - box.left), y(dot.y ?? 0) - (event.clientY - box.top));
    const nearest = dots.reduce<Dot | undefined>(
      (best, dot) => (best === undefined || away(dot) < away(best) ? dot : best),
      undefined,
    );
    setAt(nearest !== undefined && away(nearest) < NEAR ? nearest : undefined);
  }

  return (
    <div ref={place} className={styles.place}>
      {width > 0 && (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the table behind opens them by the keyboard
        <svg
          width={width}
          height={HEIGHT}
          role="img"
          aria-label={label}
          data-open={at !== undefined || undefined}
          className={styles.scatter}
          onPointerMove={look}
          onPointerDown={look}
          onPointerLeave={() => setAt(undefined)}
          onClick={() => {
            if (at !== undefined) onOpen(at.key);
          }}
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
        </svg>
      )}
      {at !== undefined && (
        <p className={styles.tip} aria-hidden data-side={x(at.x) > width / 2 ? 'left' : 'right'}>
          <span>{at.name}</span>
          <strong>{tip(at)}</strong>
        </p>
      )}
    </div>
  );
}
