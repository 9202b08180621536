/**
 * Two forms of one proof: `make test` runs the short one, `make proofs` the long one. A test tagged `@long` runs in the long
 * form alone; one tagged `@sized` in both, with its sizes from here. The short form is smaller, not milder. One tagged
 * `@alone` measures the server: after the long form it runs with no other test beside it.
 */
export const LONG = process.env.KUMKM_PROOFS === 'long';
export const ALONE = process.env.KUMKM_PROOFS === 'alone';

/** Which tests the form that runs has, for Playwright's configuration. */
export const CHOSEN = ALONE
  ? { grep: /@alone/ }
  : LONG
    ? { grep: /@long|@sized/ }
    : { grepInvert: /@long|@alone/ };

export function sized<T>(short: T, long: T): T {
  return LONG ? long : short;
}
