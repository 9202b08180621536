import { expect, test } from 'vitest';
import { mediaType, placeOf } from './table-files.ts';

test('a fault is found by the line and column of its pointer', () => {
  expect(placeOf('/lines/17/region_code')).toEqual({ line: 17, column: 'region_code' });
  expect(placeOf('/lines/2/a~1b~0c')).toEqual({ line: 2, column: 'a/b~c' });
  expect(placeOf('/body/x')).toBeUndefined();
});

test('a workbook is told by its name, whatever its case; all else is a table of text', () => {
  expect(mediaType('Orang.XLSX')).toContain('spreadsheetml');
  expect(mediaType('orang.csv')).toBe('text/csv');
  expect(mediaType('orang')).toBe('text/csv');
});
