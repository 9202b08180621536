import type { Business } from './business.ts';

export type Confirmations = Business['verification'];
export type Confirmation = NonNullable<Confirmations['nik']>;
export type NumberKind = keyof Confirmations;
export type NumberState = Confirmation['state'];

/** The states of a number, what is doubtful first: the order in which they matter to who looks at a list. */
const BY_DOUBT = ['mismatch', 'not_found', 'unverified', 'match'] as const satisfies readonly NumberState[];

export const NUMBER_KINDS = ['nik', 'nib', 'cooperative_number'] as const satisfies readonly NumberKind[];

/** The most doubtful state among the numbers of a business; undefined where it has none that anybody could confirm. */
export function mostDoubtful(said: Confirmations): NumberState | undefined {
  return BY_DOUBT.find((state) => NUMBER_KINDS.some((kind) => said[kind]?.state === state));
}

export interface Doubt {
  readonly kind: NumberKind;
  readonly state: 'mismatch' | 'not_found';
  readonly source: string;
  readonly on: string;
}

/** The numbers that an agency did not confirm. */
export function doubtsOf(said: Confirmations): readonly Doubt[] {
  return NUMBER_KINDS.flatMap((kind): readonly Doubt[] => {
    const found = said[kind];
    if (found === null || (found.state !== 'mismatch' && found.state !== 'not_found')) return [];
    return [{ kind, state: found.state, source: found.source ?? '', on: found.on ?? '' }];
  });
}
