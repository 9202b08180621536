/**
 * Two forms of one proof: `make test` runs the short one, `make proofs` the long one. A test tagged `@long` runs in the long
 * form alone; one tagged `@sized` in both, with its sizes from here. The short form is smaller, not milder.
 */
export const LONG = process.env.KUMKM_PROOFS === 'long';

export function sized<T>(short: T, long: T): T {
  return LONG ? long : short;
}
