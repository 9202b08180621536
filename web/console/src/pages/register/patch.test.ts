import { expect, test } from 'vitest';
import { fieldsOf, parsed, patchOf, typed, valueAt } from './patch.ts';
import { sourcesOf } from './sources.ts';
import { timelineOf } from './timeline.ts';

const fields = new Map(fieldsOf('umkm@1', 'id').map((field) => [field.pointer, field]));

test('every question can be corrected by itself, but those within a list of blocks', () => {
  expect(fields.get('/owner/nik')?.block).toBe('Pemilik');
  expect(fields.has('/legal_name')).toBe(true);
  expect([...fields.keys()].some((pointer) => pointer.startsWith('/products'))).toBe(false);
});

test.each([
  ['/annual_sales_idr', '12.000.000', 12_000_000],
  ['/annual_sales_idr', '12,5', undefined],
  ['/annual_sales_idr', 'banyak', undefined],
  ['/annual_sales_idr', '', undefined],
  ['/permits/halal', 'true', true],
  ['/permits/halal', '', undefined],
  ['/inputs/materials', 'kedelai; ragi;', ['kedelai', 'ragi']],
  ['/owner/nik', ' 1601145203850001 ', '1601145203850001'],
  ['/legal_name', '  ', undefined],
])('what is typed at %s, “%s”, is %j', (pointer, text, value) => {
  const question = fields.get(pointer)?.question;
  expect(question).toBeDefined();
  if (question !== undefined) expect(parsed(text, question)).toEqual(value);
});

test('a patch says what changes and nothing else', () => {
  const changes = new Map<string, unknown>([
    ['/owner/name', 'Sari'],
    ['/owner/phone', null],
    ['/kbli', '10391'],
  ]);
  expect(patchOf(changes)).toEqual({ owner: { name: 'Sari', phone: null }, kbli: '10391' });
  expect(valueAt({ owner: { name: 'Edi' } }, '/owner/name')).toBe('Edi');
  expect(valueAt({ owner: 'x' }, '/owner/name')).toBeUndefined();
  expect(typed(['a', 'b'])).toBe('a; b');
});

const said = { record_id: 'r', said_by: 'enumerator.1' };

test('sources count from the latest, and an answer knows its own', () => {
  const [sources, byPointer] = sourcesOf([
    { ...said, pointer: '/kbli', revision: 1, said_at: '2022-08-01T00:00:00Z' },
    { ...said, pointer: '/legal_name', revision: 2, said_at: '2022-09-01T00:00:00Z', said_by: 'officer.oku' },
    { ...said, pointer: '/phone', revision: 1, said_at: '2022-08-01T00:00:00Z' },
  ]);
  expect(sources.map((source) => [source.place, source.saidBy])).toEqual([
    [1, 'officer.oku'],
    [2, 'enumerator.1'],
  ]);
  expect(byPointer.get('/phone')?.place).toBe(2);
});

test('records and decisions stand in one line of time, the latest first', () => {
  const submission = {
    record_id: 'r',
    revision: 1,
    campaign: 'c',
    enumerator: 'enumerator.1',
    region_code: '16.01.07.2001',
    outcome: 'accepted',
    counted_as: 'entered',
    questionnaire: 'umkm@1',
    captured_at: '2022-08-01T00:00:00Z',
    received_at: '2022-08-01T09:00:00Z',
    corrected_by: null,
    corrected_because: null,
  } as const;
  const corrected = {
    ...submission,
    revision: 2,
    received_at: '2022-09-03T00:00:00Z',
    corrected_by: 'officer.oku',
  };
  const verified = {
    at: '2022-08-02T00:00:00.5Z',
    what: 'verified',
    record_id: 'r',
    revision: 1,
    by: 'coordinator.1',
    reason: null,
  } as const;
  const told = timelineOf({ submissions: [submission, corrected], history: [verified] });
  expect(told.map((each) => [each.what, each.by])).toEqual([
    ['corrected', 'officer.oku'],
    ['verified', 'coordinator.1'],
    ['received', 'enumerator.1'],
  ]);
});
