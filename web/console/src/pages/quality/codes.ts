import type { components } from '@kumkm/shared/api/schema.d.ts';

export type RecordCode = components['schemas']['DismissalIn']['code'];
export type EnumeratorCode = components['schemas']['EnumeratorDismissalIn']['code'];

/** Flags of records that can be asked for and dismissed. */
export const RECORD_CODES = [
  'short_interview',
  'rapid_sequence',
  'copied_answers',
  'same_point',
  'far_point',
  'out_of_range',
  'empty_answers',
  'repeated_number',
  'short_names',
] as const satisfies readonly RecordCode[];

/** Flags of enumerators that can be dismissed. */
export const ENUMERATOR_CODES = [
  ...RECORD_CODES,
  'no_nik',
  'other_business',
  'same_amounts',
  'low_agreement',
  'business_not_found',
] as const satisfies readonly EnumeratorCode[];
