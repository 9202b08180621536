import { expect, test } from 'vitest';
import { workLeft } from './work-left.ts';

const none = { decided: 0, seconds_each: null, days_left: null };

test('what waits is added up, of the kinds that have a figure the hours, too', () => {
  const items = [
    { ...none, kind: 'conflict', open: 12, hours_left: null },
    { ...none, kind: 'duplicate', open: 431, hours_left: 3.5 },
    { ...none, kind: 'same_owner', open: 20, hours_left: 0.2 },
    { ...none, kind: 'likely', open: 0, hours_left: null },
  ];
  expect(workLeft({ items, counted_to: 10_000 })).toEqual({
    open: 463,
    isMore: false,
    hours: 3.7,
    isPart: true,
  });
  expect(workLeft({ items: items.slice(1), counted_to: 431 })).toMatchObject({ isMore: true, isPart: false });
});

test('without a figure nothing is said of hours', () => {
  const items = [{ ...none, kind: 'conflict', open: 12, hours_left: null }];
  expect(workLeft({ items, counted_to: 10_000 })).toMatchObject({ open: 12, hours: undefined, isPart: true });
  const little = [...items, { ...none, kind: 'same_owner', open: 6, hours_left: 0 }];
  expect(workLeft({ items: little, counted_to: 10_000 })).toMatchObject({ open: 18, hours: undefined });
  expect(workLeft({ items: little.slice(1), counted_to: 10_000 })).toMatchObject({ hours: 0, isPart: false });
  expect(workLeft({ items: [], counted_to: 10_000 })).toMatchObject({ open: 0, hours: undefined });
});
