import { useWidth } from '@kumkm/shared/charts/size.ts';
import { scaleLinear } from 'd3-scale';
import styles from './charts.module.css';

const ROW = 34;
const BAR = 10;

export interface Bar {
  readonly key: string;
  readonly name: string;
  readonly value: number;
  /** The figure as it is read, at the end of the line. */
  readonly written: string;
  /** The one that counts most here. */
  readonly strong: boolean;
}

interface Told {
  readonly bars: readonly Bar[];
  readonly label: string;
}

/** Figures side by side, each a line with its bar below. */
export function BarsChart({ bars, label }: Told) {
  const [place, width] = useWidth();
  const x = scaleLinear([0, Math.max(1, ...bars.map((bar) => bar.value))], [0, width]);
  const height = bars.length * ROW + 4;
  return (
    <div ref={place} className={styles.place}>
      {width > 0 && (
        <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
          {bars.map((bar, line) => (
            <g key={bar.key} transform={`translate(0, ${line * ROW})`}>
              <text className={bar.strong ? styles.nameOwn : styles.name} x={0} y={14}>
                {bar.name}
              </text>
              <text className={bar.strong ? styles.nameOwn : styles.name} x={width} y={14} textAnchor="end">
                {bar.written}
              </text>
              <rect
                className={bar.strong ? styles.bar : styles.barQuiet}
                x={0}
                y={19}
                width={Math.max(0, x(bar.value))}
                height={BAR}
                rx={5}
              />
            </g>
          ))}
        </svg>
      )}
    </div>
  );
}
