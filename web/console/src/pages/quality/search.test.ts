import { expect, test } from 'vitest';
import { enumeratorCode, qualityOf, recordCode } from './search.ts';

test('what is no filter is left out of the view', () => {
  expect(
    qualityOf({ tab: 'enumerators', state: 'open', flag: 'rich', enumerator: 'a b', q: 'Sari' }),
  ).toEqual({});
  expect(
    qualityOf({ tab: 'records', state: 'dismissed', flag: 'far_point', enumerator: 'enumerator.17' }),
  ).toEqual({ tab: 'records', state: 'dismissed', flag: 'far_point', enumerator: 'enumerator.17' });
});

test('a warning is asked for where no flag is', () => {
  expect(qualityOf({ tab: 'records', warning: 'owner_known' })).toEqual({
    tab: 'records',
    warning: 'owner_known',
  });
  expect(qualityOf({ warning: 'owner_known', flag: 'same_point' })).toEqual({ flag: 'same_point' });
  expect(qualityOf({ warning: '<script>' })).toEqual({});
});

test('the state of re-interviews is one that there is', () => {
  expect(qualityOf({ tab: 'reinterviews', again: 'overdue' })).toEqual({
    tab: 'reinterviews',
    again: 'overdue',
  });
  expect(qualityOf({ tab: 'reinterviews', again: 'all' })).toEqual({ tab: 'reinterviews' });
  expect(qualityOf({ again: 'late' })).toEqual({});
});

test('flags of enumerators are those of records and some of their own', () => {
  expect([recordCode('no_nik'), enumeratorCode('no_nik')]).toEqual([undefined, 'no_nik']);
  expect([recordCode('same_point'), enumeratorCode('same_point')]).toEqual(['same_point', 'same_point']);
  expect([recordCode('low_agreement'), enumeratorCode('low_agreement')]).toEqual([
    undefined,
    'low_agreement',
  ]);
  expect(enumeratorCode('of_a_newer_server')).toBeUndefined();
});
