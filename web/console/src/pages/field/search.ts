import type { State } from '@kumkm/shared/charts/progress.ts';

export const TABS = ['list', 'rhythm', 'tablets'] as const;
export type Tab = (typeof TABS)[number];

export const STATES = ['still', 'risk', 'safe', 'done', 'open'] as const satisfies readonly State[];

export const TABLETS = ['silent', 'unsent'] as const;
export type Tablets = (typeof TABLETS)[number];

/** What of the address is the page's own. People stand in it by the id of their account, never by name. */
export interface FieldSearch {
  readonly tab?: Tab | undefined;
  readonly sort?: string | undefined;
  readonly state?: State | undefined;
  /** Id of a coordinator's account: the people of the team. */
  readonly team?: string | undefined;
  readonly tablets?: Tablets | undefined;
  /** Version of the app on a tablet. */
  readonly version?: string | undefined;
  /** Id of the account that is open beside the list. */
  readonly person?: string | undefined;
}

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const VERSION = /^[\w.+-]{1,40}$/;

function one<T extends string>(choices: readonly T[], told: unknown): T | undefined {
  return choices.find((choice) => choice === told);
}

function written(form: RegExp, told: unknown): string | undefined {
  // The router reads `1.4` as a number.
  const text = typeof told === 'number' ? String(told) : told;
  return typeof text === 'string' && form.test(text) ? text : undefined;
}

export function readSearch(search: Record<string, unknown>): FieldSearch {
  const tab = one(TABS, search.tab);
  const state = one(STATES, search.state);
  const team = written(ID, search.team);
  const tablets = one(TABLETS, search.tablets);
  const version = written(VERSION, search.version);
  const person = written(ID, search.person);
  return {
    ...(tab === undefined || tab === 'list' ? {} : { tab }),
    ...(typeof search.sort === 'string' ? { sort: search.sort } : {}),
    ...(state === undefined ? {} : { state }),
    ...(team === undefined ? {} : { team }),
    ...(tablets === undefined ? {} : { tablets }),
    ...(version === undefined ? {} : { version }),
    ...(person === undefined ? {} : { person }),
  };
}
