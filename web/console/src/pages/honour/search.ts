import { RECORD_ID } from '../../parts/ids.ts';

/** What of the page is looked at; it stands in the address. */
export interface HonourSearch {
  /** Id of the run that is open. */
  readonly daftar?: string;
}

/** What of an address makes a view of the page. What is none is left out. */
export function honourOf({ daftar }: Record<string, unknown>): HonourSearch {
  return typeof daftar === 'string' && RECORD_ID.test(daftar) ? { daftar } : {};
}
