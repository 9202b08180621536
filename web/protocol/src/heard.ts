// A name as it is heard: different spellings of one name give the same few letters.
// The steps are in `openapi/README.md`, "A name as it is heard"; the lists are those of `openapi/vectors/heard_names.json`.

const LONGEST = 6;
const APOSTROPHES = new Set("'`´‘’ʻʼ");
const FATHER = ['bin', 'binti'];
const LEFT_OUT = new Set(
  (
    'abang ag ak alm almarhum almarhumah almh ama amd bang bapak bp bpk bsc bu cv depot desa dr dra ' +
    'drg drh drs fa h hajah haji hajjah hj hum ibu ip ir kak keb kedai kep kes kh kiai kios kom kop ' +
    'koperasi kopkar kpri ksp ksu kud kyai ma makan mas mba mbak md mh mhd mkes mm moch mochamad ' +
    'mochammad moh mohamad mohamed mohammad mohammed mohd mokh mokhamad mokhammad mpd msc msi mt much ' +
    'muchamad muchammad muh muhamad muhamed muhammad muhammed muhd mukhamad mukhammad nn nona ns ny ' +
    'nyonya pak pd phd pinjam prof pt rumah sag saudara saudari sdr sdri se serba sh shut si simpan ' +
    'sip siti sitti sity skep skm skom sos sp spd spdi spt ssi ssos st stp tgk tn toko tp tuan ud ' +
    'unit usaha ust ustad ustadz ustadzah ustaz warung'
  ).split(' '),
);
const PAIRS = [
  ['tj', 'c'],
  ['dj', 's'],
  ['kh', ''],
  ['ch', ''],
  ['ck', 'k'],
] as const;
const LETTERS: Record<string, string> = { v: 'p', f: 'p', q: 'k', x: 'ks', j: 's', z: 's', h: '' };

/** What the contract's lists say, to be compared with its vectors. */
export const LISTS = { leftOut: LEFT_OUT, apostrophes: APOSTROPHES, pairs: PAIRS, letters: LETTERS };

/** The name as it is heard; empty if it has no letters. */
export function heardName(name: string): string {
  const [before = ''] = name.split(',', 1);
  let words = wordsOf(before);
  if (words.length === 0) words = wordsOf(name);
  for (const said of FATHER) {
    const at = words.indexOf(said, 1);
    if (at > 0) words = words.slice(0, at);
  }
  const telling = words.filter((word) => !LEFT_OUT.has(word) && !/^[a-z]$/.test(word));
  const sounded = single(telling.map(sound).join('') || words.map(sound).join('') || words.join(''));
  const [first = '', ...rest] = Array.from(sounded);
  const consonants = rest.filter((letter) => !'aeiouwy'.includes(letter));
  return [/^[aeiou]$/.test(first) ? 'a' : first, ...consonants].slice(0, LONGEST).join('');
}

/** The words of a text: letters without their marks. Apostrophes are removed, every other sign separates words. */
function wordsOf(text: string): string[] {
  const signs = Array.from(text.toLowerCase().normalize('NFKD').toLowerCase());
  const kept = signs
    .filter((sign) => !/^\p{M}$/u.test(sign) && !APOSTROPHES.has(sign))
    .map((sign) => (/^\p{L}$/u.test(sign) ? sign : ' '));
  return kept.join('').split(' ').filter(Boolean);
}

function sound(word: string): string {
  let said = word;
  for (const [written, heard] of PAIRS) said = said.replaceAll(written, heard);
  return single(Array.from(said, (letter) => LETTERS[letter] ?? letter).join(''));
}

function single(text: string): string {
  return text.replace(/(.)\1+/gsu, '$1');
}

/** The name that the numbers in the answers are bound to: the owner's, or else that of the business. */
export function nameIn(answers: Readonly<Record<string, unknown>>): string {
  const owner = answers.owner;
  const ofOwner = typeof owner === 'object' && owner !== null ? Reflect.get(owner, 'name') : null;
  const told = [ofOwner, answers.legal_name];
  return told.find((name): name is string => typeof name === 'string' && heardName(name) !== '') ?? '';
}
