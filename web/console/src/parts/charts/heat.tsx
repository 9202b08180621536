import { useWidth } from '@kumkm/shared/charts/size.ts';
import { useState } from 'react';
import styles from './charts.module.css';
import kinds from './kinds.module.css';
import { Plot } from './plot.tsx';

const PAD = { top: 4, right: 0, bottom: 24, left: 48 };
const GAP = 2;
const TALL = 20;
const WIDEST = 64;
const LEVELS = 5;
const PX_A_LABEL = 56;

/** How strongly a cell is coloured: 0 for nothing, then by fifths of the most. */
export function levelOf(value: number, most: number): number {
  return value <= 0 || most <= 0 ? 0 : Math.min(LEVELS, Math.ceil((value / most) * LEVELS));
}

interface Told<Column, Row> {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly value: (column: Column, row: Row) => number;
  readonly most: number;
  readonly columnLabel: (column: Column) => string;
  readonly rowLabel: (row: Row) => string;
  /** What is said of the cell that is pointed at: where, and how much. */
  readonly tip: (column: Column, row: Row) => readonly [string, string];
  readonly label: string;
}

/** Figures of two things, such as days and hours, by colour. */
export function HeatChart<Column, Row>(told: Told<Column, Row>) {
  const { columns, rows, value, most, label } = told;
  const [place, width] = useWidth();
  const [at, setAt] = useState<readonly [number, number] | undefined>();
  const step = Math.min(WIDEST, (width - PAD.left - PAD.right) / Math.max(1, columns.length));
  const every = Math.max(1, Math.ceil(PX_A_LABEL / Math.max(1, step)));
  const height = PAD.top + rows.length * TALL + PAD.bottom;

  function look(pointer: readonly [number, number] | undefined) {
    const column = pointer && Math.floor((pointer[0] - PAD.left) / step);
    const row = pointer && Math.floor((pointer[1] - PAD.top) / TALL);
    const isCell = column !== undefined && row !== undefined && column in columns && row in rows;
    setAt(isCell ? [column, row] : undefined);
  }

  const column = at === undefined ? undefined : columns[at[0]];
  const row = at === undefined ? undefined : rows[at[1]];
  const tip =
    at === undefined || column === undefined || row === undefined
      ? undefined
      : ([...told.tip(column, row), (at[0] / columns.length) * width] as const);
  return (
    <Plot box={{ place, width, height }} label={label} onPoint={look} tip={tip}>
      {rows.map((row, line) => (
        <text
          key={told.rowLabel(row)}
          className={styles.tick}
          x={PAD.left - 8}
          y={PAD.top + line * TALL + TALL / 2}
          textAnchor="end"
          dominantBaseline="central"
        >
          {told.rowLabel(row)}
        </text>
      ))}
      {columns.map((column, across) => (
        <g key={told.columnLabel(column)} transform={`translate(${PAD.left + across * step}, ${PAD.top})`}>
          {rows.map((row, line) => (
            <rect
              key={told.rowLabel(row)}
              className={`${kinds.kind} ${styles.heat}`}
              data-level={levelOf(value(column, row), most)}
              data-at={(at?.[0] === across && at[1] === line) || undefined}
              y={line * TALL}
              width={Math.max(1, step - GAP)}
              height={TALL - GAP}
              rx={3}
            />
          ))}
          {across % every === 0 && (
            <text
              className={styles.tick}
              x={across === columns.length - 1 ? step - GAP : 0}
              y={rows.length * TALL + 16}
              textAnchor={across === columns.length - 1 ? 'end' : 'start'}
            >
              {told.columnLabel(column)}
            </text>
          )}
        </g>
      ))}
    </Plot>
  );
}
