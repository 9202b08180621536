import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { asked } from '../support/api.ts';
import { judged } from '../support/judged.ts';
import { expect, signIn, test } from '../support/test.ts';

const CHEATS = ['enumerator.17', 'enumerator.38', 'enumerator.52', 'enumerator.71'];

interface Person {
  readonly enumerator: string;
  readonly enumerator_name: string;
  readonly records: number;
  readonly flagged_records: number;
  readonly flags: readonly { readonly code: string; readonly text: string }[];
}

const cards = (page: Page) => page.getByRole('article').getByRole('article');

/** User names on the page, in their order. */
async function shown(page: Page): Promise<string[]> {
  await expect(cards(page).first()).toBeVisible();
  const texts = await cards(page).allInnerTexts();
  return texts.flatMap((text) => /enumerator\.\d+/.exec(text) ?? []);
}

test.beforeEach(async ({ request }) => await judged(request));

test('the four who cheat come first, each with a reason and its numbers, and none is accused', async ({
  page,
  request,
}) => {
  await signIn(page, 'officer.oku', '/mutu');
  await expect(page.getByText('Tanda adalah alasan untuk melihat lebih dekat, bukan putusan')).toBeVisible();
  const { items } = (await (await asked(request, 'officer.oku')).get('/v1/quality/enumerators?limit=25')) as {
    items: Person[];
  };
  const flagged = items.filter((each) => each.flags.length > 0);
  expect(await shown(page)).toEqual(flagged.map((each) => each.enumerator));
  expect((await shown(page)).slice(0, CHEATS.length).sort()).toEqual(CHEATS);
  const [first] = flagged;
  const card = cards(page).first();
  await expect(card).toContainText(`${first?.flagged_records} dari ${first?.records}`);
  for (const { text } of first?.flags ?? []) await expect(card).toContainText(text);
  await expect(card.getByText('Biasanya', { exact: true }).first()).toBeVisible();
  await expect(card.getByText(/^Dibandingkan dengan \d+ petugas/).first()).toBeVisible();
  await expect(page.getByText(/curang|menipu|palsu/i)).toHaveCount(0);
});

test('an enumerator leads to their own page, and to the records', async ({ page }) => {
  await signIn(page, 'officer.oku', '/mutu?enumerator=enumerator.38');
  const card = cards(page).first();
  await card.getByRole('link', { name: 'Lihat isiannya' }).click();
  await expect(page).toHaveURL(/\/mutu\?.*tab=records/);
  await expect(page.getByText(/Wawancara hanya/).first()).toBeVisible();
  await expect(page.getByText(/simpangan di bawah yang biasa/).first()).toBeVisible();
  await page
    .getByRole('link', { name: /^Buka isian dari/ })
    .first()
    .click();
  await expect(page).toHaveURL(/\/pemeriksaan\?.*record=/);
  await expect(page.getByRole('listitem').filter({ hasText: 'enumerator.38' }).last()).toBeVisible();
  await page.goBack();
  await page.getByRole('tab', { name: 'Petugas' }).click();
  await cards(page).first().getByRole('heading').getByRole('link').click();
  await expect(page.getByRole('dialog').getByText('enumerator.38', { exact: true })).toBeVisible();
});

test('a flag is dismissed with a reason and opened again', async ({ page, request }) => {
  const api = await asked(request, 'officer.oku');
  await signIn(page, 'officer.oku', '/mutu?enumerator=enumerator.71');
  const card = cards(page).first();
  await card.getByRole('button', { name: /^Kesampingkan: Tanpa NIK/ }).click();
  const dialog = page.getByRole('dialog');
  const send = dialog.getByRole('button', { name: 'Kesampingkan' });
  await dialog.getByLabel('Alasan').fill('yaya');
  await expect(send).toBeDisabled();
  // What was typed outlives a server that is away.
  await page.route('**/dismissal', (route) => route.abort());
  await dialog.getByLabel('Alasan').fill('Pemilik belum punya KTP baru');
  await send.click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await expect(dialog.getByLabel('Alasan')).toHaveValue('Pemilik belum punya KTP baru');
  await page.unroute('**/dismissal');
  await send.click();
  await expect(page.getByRole('status').filter({ hasText: 'Tanda dikesampingkan.' })).toBeVisible();
  await expect(card.getByText(/Dikesampingkan oleh officer.oku/)).toContainText(
    'Pemilik belum punya KTP baru',
  );
  const dismissal = async () => {
    const { items } = await api.get('/v1/quality/enumerators?enumerator=enumerator.71');
    return items[0].flags.find((flag: { code: string }) => flag.code === 'no_nik')?.dismissal;
  };
  expect(await dismissal()).toMatchObject({ by: 'officer.oku', reason: 'Pemilik belum punya KTP baru' });

  await card.getByRole('button', { name: /^Buka lagi: Tanpa NIK/ }).click();
  await dialog.getByLabel('Alasan').fill('Salah petugas');
  await dialog.getByRole('button', { name: 'Buka lagi' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Tanda terbuka lagi.' })).toBeVisible();
  await expect(card.getByRole('button', { name: /^Kesampingkan: Tanpa NIK/ })).toBeVisible();
  expect(await dismissal()).toBeNull();
});

test("a record's flag is dismissed, is found among the dismissed, and opened again", async ({ page }) => {
  await signIn(page, 'officer.oku', '/mutu?tab=records&flag=short_interview&enumerator=enumerator.38');
  const act = page.getByRole('button', { name: /^Kesampingkan: Wawancara hanya/ });
  await act.first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Alasan').fill('Pemilik sudah dikenal, cukup singkat');
  await dialog.getByRole('button', { name: 'Kesampingkan' }).click();
  await expect(dialog).toHaveCount(0);
  await page.getByLabel('Keadaan tanda').selectOption('Dikesampingkan');
  await expect(page.getByText('“Pemilik sudah dikenal, cukup singkat”')).toBeVisible();
  await page.getByRole('button', { name: /^Buka lagi: Wawancara hanya/ }).click();
  await dialog.getByLabel('Alasan').fill('Perlu dilihat lagi');
  await dialog.getByRole('button', { name: 'Buka lagi' }).click();
  await expect(page.getByRole('heading', { name: 'Tidak ada yang cocok' })).toBeVisible();
});

test('counts lead to their records, and the list goes out as a file', async ({ page, request }) => {
  const api = await asked(request, 'officer.oku');
  const { flags } = await api.get('/v1/quality/counts');
  const far = flags.find((each: { code: string }) => each.code === 'far_point');
  await signIn(page, 'officer.oku', '/mutu?tab=counts');
  const line = page.getByRole('row').filter({ hasText: far.text });
  await expect(line).toContainText(new Intl.NumberFormat('id-ID').format(far.records));
  await line.getByRole('link').click();
  await expect(page.getByLabel('Tanda atau peringatan')).toHaveValue('far_point');
  await expect(page.getByText(/Titik lokasi/).first()).toBeVisible();
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Unduh CSV' }).click();
  const file = await coming;
  expect(file.suggestedFilename()).toBe('mutu-isian.csv');
  const lines = readFileSync(await file.path(), 'utf8')
    .trim()
    .split('\r\n');
  expect(lines[0]).toMatch(/^ID isian;Desa;/);
  expect(lines.length - 1).toBe(far.records);
});

test('a coordinator sees the own team alone', async ({ page, request }) => {
  const { items } = (await (
    await asked(request, 'admin')
  ).get('/v1/quality/enumerators?coordinator=coordinator.1&limit=100')) as { items: Person[] };
  const team = items.map((each) => each.enumerator);
  const answered = page.waitForResponse(
    (answer) => answer.url().includes('/v1/quality/enumerators') && answer.status() === 200,
  );
  await signIn(page, 'coordinator.1', '/mutu');
  await expect(page.getByRole('heading', { name: 'Yang perlu dilihat lebih dulu' })).toBeVisible();
  const answer = (await (await answered).json()) as { items: Person[] };
  const seen = answer.items.map((each) => each.enumerator);
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.filter((each) => !team.includes(each))).toEqual([]);
  expect(team.length).toBeLessThan(84);
  const other = CHEATS.find((each) => !team.includes(each));
  await page.goto(`/mutu?enumerator=${other}`);
  await expect(cards(page)).toHaveCount(0);
  await expect(page.getByText(String(other))).toHaveCount(0);
});

test('on a phone the page is behind "Lainnya"', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await signIn(page, 'coordinator.1');
  await page.getByRole('button', { name: 'Lainnya' }).click();
  await page.getByRole('dialog').getByRole('link', { name: 'Mutu' }).click();
  await expect(page.getByRole('heading', { name: 'Mutu', level: 1 })).toBeVisible();
});
