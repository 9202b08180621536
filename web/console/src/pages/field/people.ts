import type { State } from '@kumkm/shared/charts/progress.ts';
import type { ForceRow } from './queries.ts';
import { type FieldSearch, STATES } from './search.ts';

const WIRE: Readonly<Record<string, State>> = {
  done: 'done',
  safe: 'safe',
  at_risk: 'risk',
  not_moving: 'still',
};

/** A state of the API as the page has it; what it does not know, or what has none, is open. */
export function stateOfRow(told: string | null): State {
  return (told === null ? undefined : WIRE[told]) ?? 'open';
}

type Filter = Pick<FieldSearch, 'state' | 'team' | 'tablets' | 'version'>;

const TESTS: { readonly [K in keyof Filter]-?: (row: ForceRow, told: string) => boolean } = {
  state: (row, told) => stateOfRow(row.state) === told,
  team: (row, told) => row.coordinator?.id === told,
  tablets: (row, told) => (told === 'silent' ? row.silent : (row.unsent ?? 0) > 0),
  version: (row, told) => row.tablets.some((tablet) => tablet.app_version === told),
};
const NAMES = ['state', 'team', 'tablets', 'version'] as const;

/** Those whom the filters and the words let through. `without`: leave one filter out, for the figures beside it. */
export function chosen(
  rows: readonly ForceRow[],
  filter: Filter,
  words = '',
  without?: keyof Filter,
): readonly ForceRow[] {
  const sought = words.trim().toLocaleLowerCase('id');
  return rows.filter(
    (row) =>
      NAMES.every((name) => {
        const told = filter[name];
        return name === without || told === undefined || TESTS[name](row, told);
      }) &&
      (sought === '' || spoken(row).includes(sought)),
  );
}

function spoken(row: ForceRow): string {
  return `${row.enumerator.name} ${row.enumerator.username}`.toLocaleLowerCase('id');
}

/** How many are in each state. */
export function countStates(rows: readonly ForceRow[]): ReadonlyMap<State, number> {
  const counts = new Map<State, number>(STATES.map((state) => [state, 0]));
  for (const row of rows) {
    const state = stateOfRow(row.state);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
}

export interface Team {
  readonly id: string;
  readonly name: string;
}

/** The coordinators of those people, by name. */
export function teamsOf(rows: readonly ForceRow[]): readonly Team[] {
  const found = new Map<string, string>();
  for (const { coordinator } of rows) {
    if (coordinator !== null) found.set(coordinator.id, coordinator.name);
  }
  return [...found]
    .map(([id, name]) => ({ id, name }))
    .sort((one, other) => one.name.localeCompare(other.name, 'id'));
}

export interface Version {
  readonly version: string | null;
  readonly tablets: number;
}

/** How many tablets have which version of the app, the newest first; those that never told theirs last. */
export function versionsOf(rows: readonly ForceRow[]): readonly Version[] {
  const found = new Map<string | null, number>();
  for (const tablet of rows.flatMap((row) => row.tablets)) {
    found.set(tablet.app_version, (found.get(tablet.app_version) ?? 0) + 1);
  }
  return [...found]
    .map(([version, tablets]) => ({ version, tablets }))
    .sort((one, other) =>
      one.version === null
        ? 1
        : other.version === null
          ? -1
          : other.version.localeCompare(one.version, 'en', { numeric: true }),
    );
}
