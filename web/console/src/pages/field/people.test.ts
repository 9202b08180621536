import { expect, test } from 'vitest';
import { chosen, countStates, stateOfRow, teamsOf, versionsOf } from './people.ts';
import type { ForceRow } from './queries.ts';
import { readSearch } from './search.ts';

const ID = '026ad114-061c-5c67-a064-1a843a244ef2';

function row(told: Partial<ForceRow>): ForceRow {
  return {
    submissions: 0,
    entered: 0,
    duplicates: 0,
    conflicts: 0,
    invalid: 0,
    verified: 0,
    returned: 0,
    doors: 0,
    open_visits: 0,
    refused: 0,
    closed: 0,
    moved: 0,
    not_found: 0,
    not_eligible: 0,
    non_response: 0,
    response_rate: null,
    listed: null,
    listed_done: 0,
    new_found: 0,
    percent_of_listing: null,
    enumerator: { id: ID, username: 'enumerator.1', name: 'Siti' },
    coordinator: null,
    state: null,
    quota: null,
    percent: null,
    returned_percent: null,
    needed_per_day: null,
    last_7_days_per_day: 0,
    active_days: 0,
    last_received_at: null,
    last_seen_at: null,
    silent_days: null,
    silent: false,
    unsent: null,
    tablets: [],
    ...told,
  };
}

function tablet(app_version: string | null) {
  return { id: ID, name: null, app_version, unsent: 0, last_seen_at: '2022-09-12T12:00:00Z' };
}

const PEOPLE = [
  row({ state: 'at_risk', silent: true, tablets: [tablet('1.9.0'), tablet(null)] }),
  row({ state: 'done', unsent: 3, coordinator: { id: ID, username: 'c', name: 'Budi' } }),
  row({ enumerator: { id: ID, username: 'enumerator.2', name: 'Ánisa' }, tablets: [tablet('1.10.0')] }),
];

test('a state that the page does not know yet counts as none', () => {
  expect(stateOfRow('at_risk')).toBe('risk');
  expect(stateOfRow('sleeping')).toBe('open');
  expect(stateOfRow(null)).toBe('open');
  expect([...countStates(PEOPLE)]).toEqual([
    ['still', 0],
    ['risk', 1],
    ['safe', 0],
    ['done', 1],
    ['open', 1],
  ]);
});

test('filters narrow together, and each can be left out', () => {
  expect(chosen(PEOPLE, { state: 'risk' })).toHaveLength(1);
  expect(chosen(PEOPLE, { state: 'risk', tablets: 'unsent' })).toHaveLength(0);
  expect(chosen(PEOPLE, { state: 'risk', tablets: 'unsent' }, '', 'state')).toHaveLength(1);
  expect(chosen(PEOPLE, { team: ID })).toHaveLength(1);
  expect(chosen(PEOPLE, { version: '1.10.0' })).toHaveLength(1);
  expect(chosen(PEOPLE, {}, ' ánisa')).toHaveLength(1);
});

test('teams are those of the rows, versions go by number and not by letter', () => {
  expect(teamsOf(PEOPLE)).toEqual([{ id: ID, name: 'Budi' }]);
  expect(versionsOf(PEOPLE).map((each) => each.version)).toEqual(['1.10.0', '1.9.0', null]);
});

test('of an address only what the page knows is taken', () => {
  expect(readSearch({ tab: 'rhythm', state: 'risk', person: ID, version: 1.4 })).toEqual({
    tab: 'rhythm',
    state: 'risk',
    person: ID,
    version: '1.4',
  });
  expect(readSearch({ tab: 'list', state: 'at_risk', person: 'Siti', team: 7, tablets: 'all' })).toEqual({});
});
