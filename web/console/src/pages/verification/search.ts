import { RECORD_ID } from '../../parts/ids.ts';

/** What of the page is looked at; it stands in the address. */
export interface VerificationSearch {
  /** Id of the request that is open. */
  readonly permintaan?: string;
}

/** What of an address makes a view of the page. What is none is left out. */
export function verificationOf({ permintaan }: Record<string, unknown>): VerificationSearch {
  return typeof permintaan === 'string' && RECORD_ID.test(permintaan) ? { permintaan } : {};
}
