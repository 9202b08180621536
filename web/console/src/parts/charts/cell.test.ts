import { percent } from '@kumkm/shared/formats/numbers.ts';
import { expect, test } from 'vitest';
import { cellOf } from './cell.ts';

test('a cell shows days in words, counts, percents where its column has them, and a dash for nothing', () => {
  const cell = cellOf('id', { Persen: percent });
  expect(cell('2022-09-12', { title: 'Tanggal' })).toBe('12 September 2022');
  expect(cell('Baturaja Timur', { title: 'Wilayah' })).toBe('Baturaja Timur');
  expect(cell(13_495, { title: 'Terdata' })).toBe('13.495');
  expect(cell(32.13, { title: 'Persen' })).toBe(percent(32.13, 'id'));
  expect(cell(null, { title: 'Persen' })).toBe('–');
});
