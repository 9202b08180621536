import { useTexts } from '@kumkm/shared/texts/language.ts';
import { NativeSelect } from '@mantine/core';
import { shell } from '../../texts/shell.ts';
import { type Order, readOrder, writtenOrder } from './order.ts';
import styles from './table.module.css';
import type { Column } from './table.tsx';

interface Told<Row> {
  readonly columns: readonly Column<Row>[];
  readonly order: Order | undefined;
  readonly onOrder: (order: Order) => void;
}

/** On a phone there are no headings to press: the order is chosen from a list above the cards. */
export function CardOrder<Row>({ columns, order, onOrder }: Told<Row>) {
  const t = useTexts(shell);
  const choices = columns
    .filter((column) => column.by !== undefined)
    .flatMap((column) => {
      const down = { key: column.key, down: true };
      const up = { key: column.key, down: false };
      return column.end === true
        ? [
            { value: writtenOrder(down), label: t.largestFirst(column.label) },
            { value: writtenOrder(up), label: t.smallestFirst(column.label) },
          ]
        : [{ value: writtenOrder(up), label: column.label }];
    });
  if (choices.length < 2) return null;
  return (
    <NativeSelect
      className={styles.order}
      label={t.order}
      size="md"
      data={order === undefined ? [{ value: '', label: t.asListed }, ...choices] : choices}
      value={order === undefined ? '' : writtenOrder(order)}
      onChange={(event) => {
        const next = readOrder(event.currentTarget.value);
        if (next !== undefined) onOrder(next);
      }}
    />
  );
}
