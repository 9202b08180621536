import type { Page } from '@playwright/test';
import { dataOf, seen, tooWide } from '../support/seen.ts';
import { SURFACES, type Surface } from '../support/surfaces.ts';
import { expect, signIn, test, type Username } from '../support/test.ts';

/** What is the same in both languages, and right so. */
const SAME =
  /^(Register|Data|KUMKM|CSV|Excel( \(\.xlsx\))?|PNG|(Geo)?Parquet|GeoJSON|NDJSON|Stata \(\.dta\)|SPSS \(\.sav\)|KBLI|· KBLI|NI[KB](, NIB)?|Enumerator|[Tt]ablet|Target|Admin|Program|\d+ k?m|(Register|Indonesia|Kabupaten .*) · KUMKM|Admin Basis Data Tunggal · admin · Admin|\p{Lu}{2}|\d{1,2} (Jan|Feb|Mar|Apr|April|Jun|Jul|Sep|September|Nov|November)( \d{4})?)$/u;

/** Days and months that both languages write alike. */
const ALIKE = /(\d{1,2} )?\b(Jan|Feb|Mar|Apr|April|Jun|Jul|Sep|September|Nov|November)\b( \d{4})?/g;

/** The demo's campaign, which the recap names in both languages. */
const CAMPAIGN = 'Pendataan Lengkap Koperasi dan UMKM 2022';

/** Words that are in one language only, and in no name. */
const INDONESIAN =
  /\b(yang|dan|dari|untuk|belum|tidak|dengan|pada|hari|bulan|tahun|sudah|semua|tanpa|adalah|oleh|atau|ke|di|ini|itu|Mei|Juni|Juli|Agustus|Agu|Oktober|Okt|Desember|Des)\b/;
const ENGLISH =
  /\b(the|of|and|is|are|not|with|for|from|by|to|this|that|no|none|day|days|all|January|February|March|May|June|July|August|October|December|Aug|Oct|Dec)\b/;
const BROKEN = /undefined|\[object|NaN|\bnull\b|Invalid Date|\{\w+\}/;
const ENGLISH_FIGURE = /(?<![\d.,])\d{1,3}(,\d{3})+(?![\d,])|\d\.\d{1,2} ?%/;
const INDONESIAN_FIGURE = /(?<![\d.,])\d{1,3}(\.\d{3})+(?![\d.])|\d,\d{1,2} ?%/;

async function speak(page: Page, language: 'id' | 'en'): Promise<void> {
  // As another tab would: what is open stays open.
  await page.evaluate((told) => {
    localStorage.setItem('kumkm.language', told);
    dispatchEvent(new StorageEvent('storage', { key: 'kumkm.language', newValue: told }));
  }, language);
  await expect(page.locator('html')).toHaveAttribute('lang', language);
}

/** What cannot be right, of a page in both languages. */
function faults(
  indonesian: readonly string[],
  english: readonly string[],
  data: ReadonlySet<string>,
): string[] {
  const names = [CAMPAIGN, ...data]
    .filter((each) => each.length > 2)
    .sort((one, other) => other.length - one.length);
  const words = (text: string) => names.reduce((left, name) => left.replaceAll(name, ' '), text);
  const both = english.filter(
    (each) =>
      indonesian.includes(each) && !SAME.test(each) && /\p{L}{2}/u.test(words(each).replaceAll(ALIKE, ' ')),
  );
  const wrong = (texts: readonly string[], rule: RegExp) =>
    texts.filter((each) => !SAME.test(each) && rule.test(words(each)));
  return [
    ...both.map((each) => `the same in both: ${each}`),
    ...wrong(english, INDONESIAN).map((each) => `Indonesian in English: ${each}`),
    ...wrong(indonesian, ENGLISH).map((each) => `English in Indonesian: ${each}`),
    ...wrong(english, INDONESIAN_FIGURE).map((each) => `an Indonesian figure in English: ${each}`),
    ...wrong(indonesian, ENGLISH_FIGURE).map((each) => `an English figure in Indonesian: ${each}`),
    ...wrong([...indonesian, ...english], BROKEN).map((each) => `broken: ${each}`),
  ];
}

async function compare(page: Page, surface: Surface, who: Username): Promise<void> {
  const data = dataOf(page);
  await signIn(page, who, surface.at);
  await surface.open?.(page);
  await expect(surface.whole(page).first()).toBeVisible();
  await page.waitForLoadState('networkidle');
  const indonesian = await seen(page);
  await speak(page, 'en');
  // Sentences of the server come again in the other language.
  await expect(async () => {
    const english = await seen(page);
    expect(faults(indonesian, english, data), `${surface.name}, ${who}`).toEqual([]);
  }).toPass({ timeout: 5_000 });
  await page.setViewportSize({ width: 360, height: 780 });
  // Charts are drawn again for their new width.
  await expect(async () => expect(await tooWide(page), `${surface.name}, ${who}, 360 px`).toEqual([])).toPass(
    {
      timeout: 5_000,
    },
  );
  expect.soft(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
}

for (const surface of SURFACES) {
  for (const who of surface.who === undefined ? (['officer.oku', 'admin'] as const) : [surface.who]) {
    test(`both languages: ${surface.name}, ${who}`, { tag: '@long' }, async ({ page }) => {
      await compare(page, surface, who);
    });
  }
}
