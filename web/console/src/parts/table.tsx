import { useTexts } from '@kumkm/shared/texts/language.ts';
import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { parts } from '../texts/parts.ts';
import { type Sort, sorted, turned } from './sorting.ts';
import styles from './table.module.css';

export interface TableColumn<T> {
  readonly key: string;
  readonly title: string;
  /** What is sorted by, and what goes into files. */
  readonly value: (row: T) => string | number | null | undefined;
  /** What the cell shows, where it is more than the value. */
  readonly cell?: (row: T) => ReactNode;
  readonly numeric?: boolean;
  /** Whether phones show it; the others have no room there. */
  readonly phone?: boolean;
  /** `false`: nothing to sort by. */
  readonly sortable?: boolean;
}

interface Told<T> {
  readonly caption: string;
  readonly columns: readonly TableColumn<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  /** What stands there without rows. */
  readonly empty?: ReactNode;
}

const ROW_PX = 52;
const AT_ONCE = 80; // more rows than these are drawn only where they are seen

/** A table that sorts by its heads and scrolls with the page, of whatever length. */
export function DataTable<T>({ caption, columns, rows, rowKey, sort, onSort, empty }: Told<T>) {
  const t = useTexts(parts);
  const shown = sorted(rows, columns, sort);
  const body = useRef<HTMLTableSectionElement>(null);
  const [above, setAbove] = useState(0);
  // Whatever stands above may grow when its figures come.
  useLayoutEffect(() => {
    const element = body.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setAbove(element.getBoundingClientRect().top + window.scrollY));
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  const virtual = useWindowVirtualizer({
    count: shown.length,
    estimateSize: () => ROW_PX,
    overscan: 12,
    scrollMargin: above,
    getItemKey: (place) => (shown[place] === undefined ? place : rowKey(shown[place])),
    enabled: shown.length > AT_ONCE,
  });
  const items = shown.length > AT_ONCE ? virtual.getVirtualItems() : undefined;
  const before = items?.[0] === undefined ? 0 : items[0].start - above;
  const last = items?.at(-1);
  const after = last === undefined ? 0 : virtual.getTotalSize() - (last.end - above);
  const places = items?.map((item) => item.index) ?? shown.map((_, place) => place);
  return (
    <table className={styles.table} aria-rowcount={shown.length + 1}>
      <caption className={styles.caption}>{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => {
            const on = column.key === sort.key;
            const Arrow = sort.desc ? IconArrowDown : IconArrowUp;
            return (
              <th
                key={column.key}
                scope="col"
                data-number={column.numeric}
                data-phone={column.phone}
                aria-sort={on ? (sort.desc ? 'descending' : 'ascending') : undefined}
              >
                {column.sortable === false ? (
                  column.title
                ) : (
                  <UnstyledButton
                    className={styles.sort}
                    title={t.sortBy(column.title)}
                    onClick={() => onSort(turned(sort, column.key, column.numeric === true))}
                  >
                    {column.title}
                    <Arrow size={14} aria-hidden data-on={on} className={styles.arrow} />
                  </UnstyledButton>
                )}
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody ref={body}>
        {before > 0 && <Gap height={before} columns={columns.length} />}
        {places.map((place) => {
          const row = shown[place];
          return row === undefined ? null : (
            <tr key={rowKey(row)} aria-rowindex={place + 2} data-index={place} ref={virtual.measureElement}>
              {columns.map((column) => (
                <td key={column.key} data-number={column.numeric} data-phone={column.phone}>
                  {column.cell === undefined ? column.value(row) : column.cell(row)}
                </td>
              ))}
            </tr>
          );
        })}
        {after > 0 && <Gap height={after} columns={columns.length} />}
        {shown.length === 0 && (
          <tr>
            <td colSpan={columns.length} className={styles.empty}>
              {empty ?? t.noRows}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function Gap({ height, columns }: { readonly height: number; readonly columns: number }) {
  return (
    <tr aria-hidden className={styles.gap}>
      <td colSpan={columns} height={height} />
    </tr>
  );
}
