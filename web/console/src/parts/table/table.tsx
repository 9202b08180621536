import aloud from '@kumkm/shared/hidden.module.css';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { memo, type ReactNode, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { shell } from '../../texts/shell.ts';
import { CardOrder } from './card-order.tsx';
import { type Order, ordered, type Sortable, turned } from './order.ts';
import { usePrinting } from './printing.ts';
import styles from './table.module.css';

export interface Column<Row> {
  /** Stands in the address where the order does. */
  readonly key: string;
  readonly label: string;
  /** What is shown; without it, what the column is ordered by. */
  readonly cell?: (row: Row) => ReactNode;
  /** What the column is ordered by; without it, it cannot be ordered by. */
  readonly by?: (row: Row) => Sortable;
  /** Figures stand at the end. */
  readonly end?: boolean;
  /** On a phone every row is a card: its heading, or left out of it. */
  readonly card?: 'heading' | 'hidden';
  /** Only where there is room for it: from 1200 pixels on, and on a card. */
  readonly wide?: boolean;
}

interface Told<Row> {
  /** What the table shows, for screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** The order, where the page keeps it (in the address). */
  readonly order?: Order | undefined;
  readonly onOrder?: (order: Order) => void;
  /** The row that is open beside the table. */
  readonly selected?: string | undefined;
}

/** Pixels of a row before it is measured; what is drawn above and below the window. */
const ROW = 49;
const OVERSCAN = 12;

/**
 * A table of any length: only the rows in the window are drawn, and the page scrolls, not a box in it. On a phone each
 * row is a card.
 */
export function DataTable<Row>(told: Told<Row>) {
  const { caption, columns, rows, rowKey, selected } = told;
  const [own, setOwn] = useState<Order | undefined>(undefined);
  const order = told.order ?? own;
  const sorted = useMemo(() => {
    const by = columns.find((column) => column.key === order?.key)?.by;
    return order === undefined || by === undefined ? rows : ordered(rows, by, order.down);
  }, [rows, columns, order]);
  const printing = usePrinting();
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  // What stands above the table may grow or shrink at any time, so it is measured after each drawing.
  useLayoutEffect(() => {
    const now = (body.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
    if (Math.abs(now - top) > 1) setTop(now);
  });
  const virtual = useWindowVirtualizer({
    count: sorted.length,
    estimateSize: () => ROW,
    overscan: printing ? sorted.length : OVERSCAN, // paper has no window
    scrollMargin: top,
    getItemKey: (index) => {
      const row = sorted[index];
      return row === undefined ? index : rowKey(row);
    },
  });
  const drawn = virtual.getVirtualItems();
  const before = (drawn[0]?.start ?? top) - top;
  const after = virtual.getTotalSize() - ((drawn.at(-1)?.end ?? top) - top);
  function turn(next: Order) {
    setOwn(next);
    told.onOrder?.(next);
  }
  return (
    <>
      <CardOrder columns={columns} order={order} onOrder={turn} />
      <table className={styles.table} aria-rowcount={sorted.length + 1}>
        <caption className={aloud.hidden}>{caption}</caption>
        <thead className={styles.head}>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <Heading key={column.key} column={column} order={order} onOrder={turn} />
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          <Spacer height={before} width={columns.length} />
          {drawn.map((item) => {
            const row = sorted[item.index];
            if (row === undefined) return null;
            return (
              <Line
                key={item.key}
                row={row}
                at={item.index}
                columns={columns}
                isSelected={rowKey(row) === selected}
                measure={virtual.measureElement}
              />
            );
          })}
          <Spacer height={after} width={columns.length} />
        </tbody>
      </table>
    </>
  );
}

interface LineTold<Row> {
  readonly row: Row;
  readonly at: number;
  readonly columns: readonly Column<Row>[];
  readonly isSelected: boolean;
  readonly measure: (element: Element | null) => void;
}

function DrawnLine<Row>({ row, at, columns, isSelected, measure }: LineTold<Row>) {
  return (
    <tr
      ref={measure}
      data-index={at}
      aria-rowindex={at + 2}
      className={styles.row}
      data-selected={isSelected || undefined}
    >
      {columns.map((column) => (
        <td
          key={column.key}
          data-label={column.label}
          data-card={column.card}
          data-end={column.end || undefined}
          data-wide={column.wide || undefined}
        >
          {column.cell === undefined ? column.by?.(row) : column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

/** A row. While the page scrolls, those that stay in the window are not drawn again. */
const Line = memo(DrawnLine) as typeof DrawnLine;

/** The height of the rows that are not drawn. */
function Spacer({ height, width }: { readonly height: number; readonly width: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden className={styles.spacer}>
      <td colSpan={width} style={{ height }} />
    </tr>
  );
}

interface HeadingTold<Row> {
  readonly column: Column<Row>;
  readonly order: Order | undefined;
  readonly onOrder: (order: Order) => void;
}

function Heading<Row>({ column, order, onOrder }: HeadingTold<Row>) {
  const t = useTexts(shell);
  if (column.by === undefined) {
    return (
      <th scope="col" data-end={column.end || undefined} data-wide={column.wide || undefined}>
        {column.label}
      </th>
    );
  }
  const here = order?.key === column.key;
  const Icon = !here ? IconArrowsSort : order.down ? IconArrowDown : IconArrowUp;
  return (
    <th
      scope="col"
      data-end={column.end || undefined}
      data-wide={column.wide || undefined}
      aria-sort={!here ? 'none' : order.down ? 'descending' : 'ascending'}
    >
      <UnstyledButton
        className={styles.sort}
        title={t.sortBy(column.label)}
        onClick={() => onOrder(turned(order, column.key, column.end === true))}
      >
        {column.label}
        <Icon aria-hidden size={14} data-quiet={!here || undefined} />
      </UnstyledButton>
    </th>
  );
}
