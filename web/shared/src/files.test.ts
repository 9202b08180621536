import { expect, test } from 'vitest';
import { type Column, fileName, toCsv } from './files.ts';

const columns: Column<[string, number | null]>[] = [
  { title: 'Nama', value: ([name]) => name },
  { title: 'Persen; dari target', value: ([, percent]) => percent },
];

test('a table goes out as Excel in Indonesia reads it', async () => {
  const blob = toCsv(
    columns,
    [
      ['Baturaja "Timur"', 32.13],
      ['Lengkiti', null],
    ],
    'id',
  );
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await blob.arrayBuffer());
  expect(text).toBe('\uFEFFNama;"Persen; dari target"\r\n"Baturaja ""Timur""";32,13\r\nLengkiti;\r\n');
});

test('what somebody typed does not become a formula, and a negative number stays one', async () => {
  const text = await toCsv(
    columns,
    [
      ['=HYPERLINK("x")', -3],
      ['-2+3', 1],
    ],
    'en',
  ).text();
  expect(text).toContain(`"'=HYPERLINK(""x"")",-3`);
  expect(text).toContain(`'-2+3,1`);
});

test('the name of a file is one on every system', () => {
  expect(fileName('Kabupaten OKU / per hari', '2022-09-13')).toBe('kabupaten-oku-per-hari-2022-09-13');
});
