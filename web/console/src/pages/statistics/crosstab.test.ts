import { expect, test } from 'vitest';
import { crosstab, MOST_COLUMNS } from './crosstab.ts';

const cell = (region: string, size: string, businesses: number | null) => ({
  region_code: region,
  region_name: `Kecamatan ${region}`,
  region_level: 'district' as const,
  size_class: size,
  size_class_label: size,
  businesses,
  suppressed: businesses === null,
});
const CODES = ['micro', 'small', 'large'];

test('the last attribute stands in columns, in the order of its codes', () => {
  const cells = [
    cell('16.01.07', 'small', null),
    cell('16.01.07', 'micro', 12),
    cell('16.01.09', 'other', 7),
  ];
  const found = crosstab(['region', 'size_class'], cells, CODES);
  expect(found?.columns).toEqual(['micro', 'small', 'other']);
  expect(found?.lines.map((line) => line.key)).toEqual(['16.01.07', '16.01.09']);
  expect(found?.lines[0]?.cells.get('micro')?.businesses).toBe(12);
  expect(found?.lines[0]?.cells.get('small')?.suppressed).toBe(true);
  expect(found?.lines[1]?.cells.get('micro')).toBeUndefined();
});

test('one attribute, or regions in columns, or more than one can read, stays a list', () => {
  const cells = Array.from({ length: MOST_COLUMNS + 1 }, (_, at) => cell('16.01.07', `code${at}`, 5));
  expect(crosstab(['size_class'], cells.slice(0, 2), CODES)).toBeUndefined();
  expect(crosstab(['size_class', 'region'], cells.slice(0, 2), CODES)).toBeUndefined();
  expect(crosstab(['region', 'size_class'], cells, CODES)).toBeUndefined();
  expect(crosstab(['region', 'size_class'], cells.slice(1), CODES)).toBeDefined();
});
