import { isUsername } from '../../data/usernames.ts';
/** The tabs of the page, in their order. */
export const TABS = ['list', 'exports'] as const;
export type Tab = (typeof TABS)[number];

export const KINDS = ['umkm', 'koperasi'] as const;
export const SIZES = ['micro', 'small', 'medium', 'large'] as const;
export const STATES = ['unreviewed', 'verified', 'returned'] as const;
export const CONFIRMATIONS = ['match', 'mismatch', 'not_found', 'unverified'] as const;

/**
 * What of the register is looked at; it stands in the address, so that a view is a link. The words that are searched for
 * do not: a business is mostly called by its owner's name.
 */
export interface RegisterSearch {
  readonly tab?: 'exports';
  readonly kind?: (typeof KINDS)[number];
  readonly size?: (typeof SIZES)[number];
  readonly state?: (typeof STATES)[number];
  readonly verification?: (typeof CONFIRMATIONS)[number];
  readonly kbli?: string;
  readonly enumerator?: string;
}

const KBLI = /^\d{2,5}$/;

export function isKbli(told: unknown): boolean {
  return typeof told === 'string' && KBLI.test(told);
}

/** What of an address makes a view of the register. What is none is left out. */
export function registerOf(search: Record<string, unknown>): RegisterSearch {
  const { tab, enumerator } = search;
  const kbli = typeof search.kbli === 'number' ? String(search.kbli) : search.kbli;
  const kind = KINDS.find((each) => each === search.kind);
  const size = SIZES.find((each) => each === search.size);
  const state = STATES.find((each) => each === search.state);
  const verification = CONFIRMATIONS.find((each) => each === search.verification);
  return {
    ...(tab === 'exports' ? { tab } : {}),
    ...(kind === undefined ? {} : { kind }),
    ...(size === undefined ? {} : { size }),
    ...(state === undefined ? {} : { state }),
    ...(verification === undefined ? {} : { verification }),
    ...(typeof kbli === 'string' && KBLI.test(kbli) ? { kbli } : {}),
    ...(isUsername(enumerator) ? { enumerator } : {}),
  };
}

/** Whether somebody types a number of a person or a business where a name belongs. It must not go into an address. */
export function isNumber(words: string): boolean {
  return words.replaceAll(/[\s.,/-]/g, '').match(/\d{8,}/) !== null;
}
