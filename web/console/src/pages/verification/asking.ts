import type { View } from '../../view.ts';
import type { Asked, KindSummary } from './queries.ts';

export const KINDS = ['nik', 'nib', 'cooperative_number'] as const satisfies readonly Asked['kind'][];
export type Kind = (typeof KINDS)[number];

export const STATES = ['match', 'mismatch', 'not_found', 'unverified'] as const;

/** Which numbers are asked about. */
export const WHICH = ['unverified', 'doubtful', 'all'] as const;
export type Which = (typeof WHICH)[number];

const STATES_OF: Readonly<Record<Which, readonly (typeof STATES)[number][]>> = {
  unverified: ['unverified'],
  doubtful: ['mismatch', 'not_found'],
  all: STATES,
};

/** Who knows numbers of a kind, as it is usual. */
export const USUAL_SOURCE: Readonly<Record<Kind, string>> = {
  nik: 'dukcapil',
  nib: 'oss',
  cooperative_number: 'kemenkop',
};

/** What the API takes as a source. */
const SOURCE = /^[a-z0-9][a-z0-9_.-]{1,39}$/;

export function isSource(text: string): boolean {
  return SOURCE.test(text);
}

/** The most numbers that the API puts into one request. */
export const MOST = 100_000;

export interface Form {
  readonly kind: Kind;
  readonly source: string;
  readonly via: 'file' | 'verifier';
  readonly which: Which;
  readonly most: number;
  readonly again: boolean;
}

/** A form as the API takes it, about the region and the campaign that are looked at. */
export function askedOf(form: Form, id: string, code: string, { campaign }: View): Asked {
  const { kind, source, via, which, most, again } = form;
  return {
    id,
    kind,
    source,
    via,
    states: [...STATES_OF[which]],
    limit: most,
    again,
    ...(code === 'ID' ? {} : { region: code }),
    ...(campaign === undefined ? {} : { campaign }),
  };
}

/** How many numbers a form is about, before those are left out that wait for an answer. */
export function about({ kind, which, most }: Form, items: readonly KindSummary[]): number {
  const found = items.find((each) => each.kind === kind);
  if (found === undefined) return 0;
  return Math.min(
    most,
    STATES_OF[which].reduce((sum, state) => sum + found[state], 0),
  );
}
