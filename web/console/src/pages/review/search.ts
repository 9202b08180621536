import { isUsername } from '../../data/usernames.ts';
import { RECORD_ID } from '../../parts/ids.ts';
import type { ReviewState } from './outbox.ts';

/** What of the queue is looked at; it stands in the address. What is missing is the default. */
export interface QueueSearch {
  readonly order?: 'oldest';
  readonly state?: ReviewState;
  readonly warnings?: 'yes' | 'no';
  readonly enumerator?: string;
  readonly kind?: 'umkm' | 'koperasi';
  readonly record?: string;
}

/** What of an address makes a view of the queue. What is none is left out. */
export function queueOf(search: Record<string, unknown>): QueueSearch {
  const { order, state, warnings, enumerator, kind, record } = search;
  return {
    ...(order === 'oldest' ? { order } : {}),
    ...(state === 'verified' || state === 'returned' ? { state } : {}),
    ...(warnings === 'yes' || warnings === 'no' ? { warnings } : {}),
    ...(isUsername(enumerator) ? { enumerator } : {}),
    ...(kind === 'umkm' || kind === 'koperasi' ? { kind } : {}),
    ...(typeof record === 'string' && RECORD_ID.test(record) ? { record } : {}),
  };
}
