import { useWidth } from '@kumkm/shared/charts/size.ts';
import { percent } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage } from '@kumkm/shared/texts/language.ts';
import { scaleLinear } from 'd3-scale';
import styles from './charts.module.css';

const ROW = 34;
const BAR = 10;

export interface Ranked {
  readonly key: string;
  readonly place: number;
  readonly name: string;
  readonly percent: number;
  /** The one that the page is about. */
  readonly own: boolean;
}

interface Told {
  readonly rows: readonly Ranked[];
  readonly label: string;
}

/** Regions by percent, the first on top. */
export function RankingChart({ rows, label }: Told) {
  const language = useLanguage();
  const [place, width] = useWidth();
  const x = scaleLinear([0, Math.max(1, ...rows.map((row) => row.percent))], [0, width]);
  return (
    <div ref={place} className={styles.place}>
      {width > 0 && (
        <svg
          width={width}
          height={rows.length * ROW + 4}
          viewBox={`0 0 ${width} ${rows.length * ROW + 4}`}
          role="img"
          aria-label={label}
        >
          {rows.map((row, line) => (
            <g key={row.key} transform={`translate(0, ${line * ROW})`}>
              <text className={row.own ? styles.nameOwn : styles.name} x={0} y={14}>
                {`${row.place}. ${row.name}`}
              </text>
              <text className={row.own ? styles.nameOwn : styles.name} x={width} y={14} textAnchor="end">
                {percent(row.percent, language)}
              </text>
              <rect
                className={row.own ? styles.bar : styles.barQuiet}
                x={0}
                y={19}
                width={Math.max(0, x(row.percent))}
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
