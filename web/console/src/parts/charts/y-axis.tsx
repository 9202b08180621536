import type { ScaleLinear } from 'd3-scale';
import styles from './charts.module.css';

interface Props {
  readonly scale: ScaleLinear<number, number>;
  readonly left: number;
  readonly right: number;
  readonly label: (tick: number) => string;
}

/** Thin lines across a chart from `left` to `right`, in pixels, with their figures before them. */
export function YAxis({ scale, left, right, label }: Props) {
  return scale.ticks(4).map((tick) => (
    <g key={tick}>
      <line className={styles.grid} x1={left} x2={right} y1={scale(tick)} y2={scale(tick)} />
      <text className={styles.tick} x={left - 8} y={scale(tick)} textAnchor="end" dominantBaseline="central">
        {label(tick)}
      </text>
    </g>
  ));
}
