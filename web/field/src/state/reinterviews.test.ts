import type { AgainRow, Task } from '@kumkm/protocol/reinterviews.ts';
import { expect, test } from 'vitest';
import { againName, type Draft, isAgain, questionnaireOf } from '../storage/drafts.ts';
import { reinterviews } from '../texts/reinterviews.ts';
import { isOver, NO_INTERVIEW, type Reinterview, type Standing, standingOf, toDo } from './reinterviews.ts';

const task = (state: string, version = 0, due_on: string | null = null): Task => ({
  ...{ id: 'a', state, campaign: 'c', version, due_on },
});
const row = (state: AgainRow['state'], serial = 1): AgainRow => ({
  ...{ id: 'a', campaign: 'c', serial, state, version: null, code: null, errors: [], confirmed_at: null },
});
const draft = (after = 0): Draft => ({
  ...{ record_id: 'a', after, campaign: 'c', questionnaire: againName('umkm@2'), region_code: '' },
  ...{ listing_id: null, answers: {}, started_at: '2022-09-12T08:00:00+07:00', captured_at: null },
  ...{ location: null, page: 0, question: null, typed: {} },
});

test.each<[Task | null, AgainRow | null, Draft | null, Standing | null]>([
  [task('to_do'), null, null, 'to_do'],
  [task('to_do', 1), null, null, 'visit_again'],
  [task('to_do', 1), row('safe'), null, 'visit_again'],
  [task('to_do'), row('queued'), null, 'queued'],
  [task('to_do'), row('to_fix'), null, 'to_fix'],
  [task('to_do'), row('to_fix'), draft(1), 'open'],
  [task('to_do'), null, draft(), 'open'],
  [task('taken_away'), null, draft(), 'taken_away'],
  [task('taken_away'), row('kept'), null, 'kept'],
  [task('taken_away'), null, null, null],
  [task('done', 1), row('sent'), null, 'sent'],
  [task('done', 1), row('safe'), null, 'safe'],
  [task('done', 1), null, null, null],
  [task('not_needed'), null, null, null],
  [null, row('kept'), null, 'kept'],
])('%o with %o and %o', (given, there, open, expected) => {
  expect(standingOf({ task: given, row: there, draft: open })).toBe(expected);
});

test('a form is over when it was recorded before the app was killed, or when nobody needs it', () => {
  expect(isOver({ task: task('to_do'), row: row('queued', 1), draft: draft(0) })).toBe(true);
  expect(isOver({ task: task('to_do'), row: row('queued', 1), draft: draft(1) })).toBe(false);
  expect(isOver({ task: task('not_needed'), row: null, draft: draft() })).toBe(true);
  expect(isOver({ task: null, row: null, draft: draft() })).toBe(false);
  expect(isOver({ task: task('not_needed'), row: null, draft: null })).toBe(false);
});

test('what is to be corrected comes first, then what is begun, then by the day, and nothing that is safe', () => {
  const one = (id: string, standing: Standing, due_on: string | null, name = ''): Reinterview => ({
    ...{ id, standing, name, place: '', isOverdue: false, row: null, draft: null },
    task: task('to_do', 0, due_on),
  });
  const found = toDo([
    one('later', 'to_do', '2022-09-20'),
    one('kept', 'kept', null),
    one('safe', 'safe', null),
    one('queued', 'queued', '2022-09-01'),
    one('sooner', 'visit_again', '2022-09-14'),
    one('same, by name', 'to_do', '2022-09-20', 'A'),
    one('begun', 'open', '2022-09-30'),
    one('wrong', 'to_fix', null),
  ]);
  const expected = ['wrong', 'begun', 'sooner', 'later', 'same, by name', 'kept'];
  expect(found.map((each) => each.id)).toEqual(expected);
});

test('a form of a re-interview has a name that no record has, and the questions of its own', () => {
  expect([isAgain(draft()), questionnaireOf(draft())]).toEqual([true, 'umkm@2']);
  const record = { questionnaire: 'umkm@2' };
  expect([isAgain(record), questionnaireOf(record)]).toEqual([false, 'umkm@2']);
});

test('each standing and each result without an interview has its words', () => {
  const standings: Standing[] = [
    ...(['to_do', 'visit_again', 'open', 'taken_away', 'queued'] as const),
    ...(['sent', 'kept', 'to_fix', 'safe'] as const),
  ];
  for (const language of ['id', 'en'] as const) {
    const { states, sure } = reinterviews[language];
    expect(Object.keys(states).sort()).toEqual([...standings].sort());
    expect(Object.keys(sure).sort()).toEqual([...NO_INTERVIEW].sort());
  }
});
