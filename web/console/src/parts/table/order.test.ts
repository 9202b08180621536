import { expect, test } from 'vitest';
import { ordered, readOrder, turned, writtenOrder } from './order.ts';

const by = (row: { readonly value: string | number | null }) => row.value;
const rows = (...values: (string | number | null)[]) => values.map((value) => ({ value }));

test('figures go by size and words as people look them up', () => {
  expect(ordered(rows(10, 9, 100), by, false)).toEqual(rows(9, 10, 100));
  expect(ordered(rows('Tim 10', 'tim 9', 'Aman'), by, false)).toEqual(rows('Aman', 'tim 9', 'Tim 10'));
});

test('what is not known stands last, whichever way', () => {
  expect(ordered(rows(null, 2, 1), by, false)).toEqual(rows(1, 2, null));
  expect(ordered(rows(null, 1, 2), by, true)).toEqual(rows(2, 1, null));
});

test('a click begins with the largest figure or the first word, the next turns it round', () => {
  const first = turned(undefined, 'percent', true);
  expect(first).toEqual({ key: 'percent', down: true });
  expect(turned(first, 'percent', true)).toEqual({ key: 'percent', down: false });
  expect(turned(first, 'name', false)).toEqual({ key: 'name', down: false });
});

test('an order is read as it was written, and nothing else is', () => {
  const order = { key: 'percent', down: true };
  expect(readOrder(writtenOrder(order))).toEqual(order);
  expect(readOrder('--x')).toBeUndefined();
  expect(readOrder(7)).toBeUndefined();
});
