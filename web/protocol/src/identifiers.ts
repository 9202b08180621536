// Numbers that identify, checked offline by the server's rules (`openapi/vectors/identifiers.json`).

const BETWEEN = new RegExp(
  // blanks, and dots of several scripts
  '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\u2800.\\u00b7\\u2024\\u2027\\u3002\\uff0e\\uff61' +
    // dashes, hyphens and minus signs
    '\\-\\u00ad\\u02d7\\u058a\\u05be\\u1400\\u1806\\u2010-\\u2015\\u2043\\u207b\\u208b\\u2212\\u2e17\\u2e1a\\u2e3a\\u2e3b\\u2e40\\u2e5d' +
    '\\u301c\\u3030\\u30a0\\ufe31\\ufe32\\ufe58\\ufe63\\uff0d' +
    // what shows nothing
    '\\u034f\\u061c\\u115f\\u1160\\u180b-\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0' +
    '\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}]+',
  'gu',
);
const FILLERS = new Set('\u115f\u1160\u3164\uffa0\u0640');
const WOMEN = 40;

export type NumberKind = 'nik' | 'nib' | 'cooperative_number' | 'npwp' | 'passport' | 'kitas' | 'nitku';

/** The digits (of passports and residence permits, the capitals and digits), and the stable code of a fault, if any. */
export interface Checked {
  digits: string;
  fault: string | null;
}

/** What the rules of numbers need: the codes of provinces (none: any is taken), and the day of receipt as ISO text. */
export interface Ground {
  provinces: ReadonlySet<string>;
  today: string;
}

/** The text without blanks, dots, dashes and signs that show nothing. */
export function stripped(text: string): string {
  return text.replace(BETWEEN, '');
}

/** Whether a name has a letter or a digit, of any script. */
export function isName(text: string): boolean {
  return Array.from(text).some((sign) => /^[\p{L}\p{N}]$/u.test(sign) && !FILLERS.has(sign));
}

/** Check a number of that kind. */
export function checkNumber(kind: NumberKind, text: string, ground: Ground): Checked {
  const digits = stripped(text);
  switch (kind) {
    case 'nik':
      return { digits, fault: nikFault(digits, ground) };
    case 'nib':
      return { digits, fault: /^\d{13}$/.test(digits) ? null : 'nib_not_13_digits' };
    case 'cooperative_number':
      return { digits, fault: /^\d{5,20}$/.test(digits) ? null : 'cooperative_number_not_5_to_20_digits' };
    case 'nitku':
      return { digits, fault: /^\d{22}$/.test(digits) ? null : 'nitku_not_22_digits' };
    case 'npwp':
      return { digits, fault: npwpFault(digits, ground) };
    default:
      return foreign(digits, kind);
  }
}

/** 2+2+2 region where it was first issued, DDMMYY with 40 added to a woman's day, serial. */
function nikFault(digits: string, { provinces, today }: Ground): string | null {
  if (!/^\d{16}$/.test(digits)) return 'nik_not_16_digits';
  if (provinces.size > 0 && !provinces.has(digits.slice(0, 2))) return 'nik_province_unknown';
  if (digits.slice(2, 4) === '00' || digits.slice(4, 6) === '00') return 'nik_region_zero';
  const [day = 0, month = 0, short = 0] = [6, 8, 10].map((at) => Number(digits.slice(at, at + 2)));
  const year = (short <= Number(today.slice(2, 4)) ? 2000 : 1900) + short;
  if (!isDay(year, month, day > WOMEN ? day - WOMEN : day)) return 'nik_birth_date_impossible';
  return digits.endsWith('0000') ? 'nik_serial_zero' : null;
}

/** 15 digits with a Luhn digit over the first nine, the same after a zero, or a NIK. */
function npwpFault(digits: string, ground: Ground): string | null {
  if (!/^\d{15,16}$/.test(digits)) return 'npwp_not_15_or_16_digits';
  if (digits.length === 16 && !digits.startsWith('0')) {
    return nikFault(digits, ground) === null ? null : 'npwp_not_15_or_16_digits';
  }
  return luhn(digits.slice(-15, -6)) ? null : 'npwp_checksum';
}

function foreign(typed: string, kind: string): Checked {
  const digits = /^[\0-\x7f]*$/.test(typed) ? typed.toUpperCase() : typed;
  const sound = /^[A-Z0-9]{5,20}$/.test(digits) && /\d/.test(digits);
  return { digits, fault: sound ? null : `${kind}_not_5_to_20_signs` };
}

function luhn(digits: string): boolean {
  const values = Array.from(digits).reverse();
  const doubled = values.map((digit, place) => Number(digit) * (1 + (place % 2)));
  return doubled.reduce((sum, value) => sum + (value > 9 ? value - 9 : value), 0) % 10 === 0;
}

/** Whether there is such a day. */
export function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day <= days;
}
