import type { FileKind } from './queries.ts';

export const KINDS: readonly FileKind[] = [
  'accounts',
  'teams',
  'members',
  'assignments',
  'targets',
  'listing',
];

/** The columns of each kind of file, as the API's document has their fields. */
export const COLUMNS: Readonly<Record<FileKind, readonly string[]>> = {
  accounts: ['username', 'name', 'role', 'region_code'],
  teams: ['campaign', 'region_code', 'name', 'coordinator'],
  members: ['campaign', 'region_code', 'team', 'enumerator', 'starts_on', 'ends_on', 'quota'],
  assignments: ['campaign', 'enumerator', 'region_code', 'starts_on', 'ends_on'],
  targets: ['campaign', 'region_code', 'businesses', 'valid_from', 'reason'],
  listing: [
    'campaign',
    'region_code',
    'name',
    'owner',
    'address',
    'kbli',
    'kbli_version',
    'latitude',
    'longitude',
    'nik',
    'nib',
    'cooperative_number',
    'reference',
    'source',
  ],
};
