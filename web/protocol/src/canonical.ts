// Items as canonical JSON, and their hashes: how tablet and server recognise the same content (`openapi/README.md`).

const DEEPEST = 16;
const BEYOND_64_BITS = 2n ** 64n;
const LOWEST = -(2n ** 63n);
const SURROGATES = 0xd800;
const AFTER_SURROGATES = 0xe000;

/** The value has no canonical form, and the server would call an item with it invalid; `code` is the server's. */
export class NotCanonical extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/**
 * The value as canonical JSON: keys by code point, no blanks, numbers without an exponent.
 *
 * Whole numbers that a double cannot hold are `bigint`, as `parseExactly` reads them. A member that is undefined is left out.
 *
 * @throws NotCanonical for what JSON or the contract does not have.
 */
export function canonical(value: unknown): string {
  return written(value, 1);
}

/** JSON with every digit of its whole numbers: what is beyond 2^53 − 1 is a `bigint`. Throws a SyntaxError where it is none. */
export function parseExactly(text: string): unknown {
  const exactly = (_key: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? BigInt(context?.source ?? '')
      : value;
  return JSON.parse(text, exactly);
}

/** JSON in the order of its members, with every digit of a `bigint`: what `parseExactly` reads again. */
export function exactJson(value: unknown): string {
  const raw = (JSON as { rawJSON?: (text: string) => unknown }).rawJSON ?? Number;
  return JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? raw(String(each)) : each));
}

/** SHA-256 in hexadecimal: of a text in UTF-8, or of bytes. */
export async function sha256(content: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (each) => each.toString(16).padStart(2, '0')).join('');
}

/** Texts in the order of their code points; JavaScript's own order is that of UTF-16 units. */
export function byCodePoint(one: string, other: string): number {
  const shortest = Math.min(one.length, other.length);
  for (let at = 0; at < shortest; at += 1) {
    const difference = rank(one.charCodeAt(at)) - rank(other.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** Units of surrogate pairs stand for more than U+FFFF, so that they come after all others. */
function rank(unit: number): number {
  if (unit < SURROGATES) return unit;
  return unit < AFTER_SURROGATES ? unit + 0x2000 : unit - 0x800;
}

function written(value: unknown, depth: number): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return decimal(value);
  if (typeof value === 'bigint') return whole(value);
  if (typeof value !== 'object') throw new NotCanonical('wrong_type');
  if (depth > DEEPEST) throw new NotCanonical('nested_too_deep');
  if (Array.isArray(value)) return `[${value.map((each) => written(each, depth + 1)).join(',')}]`;
  const members = Object.entries(value).filter(([, each]) => each !== undefined);
  members.sort(([one], [other]) => byCodePoint(one, other));
  return `{${members.map(([key, each]) => `${quoted(key)}:${written(each, depth + 1)}`).join(',')}}`;
}

/** JSON.stringify escapes exactly what the contract says; halves of surrogate pairs and U+0000 cannot be stored. */
function quoted(text: string): string {
  if (/\p{Cs}/u.test(text) || text.includes('\0')) throw new NotCanonical('text_not_storable');
  return JSON.stringify(text);
}

function whole(value: bigint): string {
  if (value >= BEYOND_64_BITS || value < LOWEST) throw new NotCanonical('number_out_of_range');
  return String(value);
}

/** The fewest digits that read back as the same double, without an exponent. */
function decimal(value: number): string {
  if (!Number.isFinite(value)) throw new NotCanonical('number_not_finite');
  const [digits = '', exponent] = String(value === 0 ? 0 : value).split('e');
  if (exponent === undefined) return digits;
  const sign = digits.startsWith('-') ? '-' : '';
  const [before = '', after = ''] = digits.replace('-', '').split('.');
  const point = before.length + Number(exponent);
  const all = before + after;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${all}`;
  return `${sign}${all.padEnd(point, '0')}`;
}
