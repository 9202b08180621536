// Long numbers in free text: people write a NIK into other fields, too, and the server masks it there.

const LEAST = 10;
// Besides decimal digits of all scripts: raised, lowered and circled ones, which are read as digits all the same.
const DIGIT =
  '[\\p{Nd}\\u00b2\\u00b3\\u00b9\\u2070\\u2074-\\u2079\\u2080-\\u2089\\u2460-\\u2468\\u2474-\\u247c\\u2488-\\u2490\\u24ea' +
  '\\u24f5-\\u24fd\\u24ff\\u2776-\\u277e\\u2780-\\u2788\\u278a-\\u2792]';
const BETWEEN = '(?:[^\\p{L}\\p{N}]|[\\u115f\\u1160\\u3164\\uffa0]){0,8}';
const LONG = new RegExp(`${DIGIT}(?:${BETWEEN}${DIGIT}){${LEAST - 1},}`, 'gu');
const REGION = /^[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}(?:\.[0-9]{4})?$/;

/** Whether a text, or anything in an answer of several, has ten digits in a row with no letter between them. */
export function hidesNumber(value: unknown): boolean {
  if (typeof value === 'string')
    return Array.from(value.matchAll(LONG)).some(([found]) => !REGION.test(found));
  if (typeof value === 'number' || typeof value === 'bigint') return hidesNumber(String(value));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([name, each]) => hidesNumber(each) || (!Array.isArray(value) && hidesNumber(name)),
  );
}
