import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { asked } from '../support/api.ts';
import { openDoubt } from '../support/surfaces.ts';
import { expect, findings, signIn, test, visit } from '../support/test.ts';

const DISTRICT = '16.01.32';
const REASON = 'Perjanjian kerja sama 12/2022';

async function makeRequest(page: Page, kind: string, most: number): Promise<void> {
  await page.getByRole('button', { name: 'Buat permintaan' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Nomor yang ditanyakan').selectOption(kind);
  await dialog.getByLabel('Paling banyak').fill(String(most));
  await dialog.getByRole('button', { name: 'Buat', exact: true }).click();
  await expect(dialog.getByText('Tulis alasannya')).toBeVisible();
  await dialog.getByLabel('Alasan').fill(REASON);
  await dialog.getByRole('button', { name: 'Buat', exact: true }).click();
  await expect(dialog).toHaveCount(0);
}

/** The request's file as lines of cells. */
async function download(page: Page): Promise<string[][]> {
  await page.getByRole('button', { name: 'Unduh berkas' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Bentuk berkas').selectOption('csv');
  await dialog.getByLabel('Alasan').fill(REASON);
  const coming = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Unduh', exact: true }).click();
  const file = await coming;
  expect(file.suggestedFilename()).toMatch(/^konfirmasi-.*\.csv$/);
  const text = await readFile(await file.path(), 'utf8');
  return text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
}

function answered(lines: readonly string[][], answers: readonly string[]): string {
  const rows = lines.slice(1).map(([reference], at) => `${reference},${answers[at % answers.length]}`);
  return `referensi,jawaban\n${rows.join('\n')}\n`;
}

async function choose(page: Page, name: string, text: string): Promise<void> {
  const chosen = { name, mimeType: 'text/csv', buffer: Buffer.from(text) };
  await page.locator('input[type=file]').setInputFiles(chosen);
}

test('numbers are asked about, and the answers tried, mended and entered', async ({ page }) => {
  await signIn(page, 'privacy.oku', `/konfirmasi?region=${DISTRICT}`);
  await makeRequest(page, 'nik', 4);
  const card = page.getByRole('region', { name: 'NIK pemilik ke Dukcapil' });
  await expect(card.getByText('Menunggu jawaban')).toBeVisible();
  await expect(card.getByText('Berkas belum pernah diunduh.')).toBeVisible();
  const id = new URL(page.url()).searchParams.get('permintaan');
  const lines = await download(page);
  expect(lines[0]).toEqual(['referensi', 'nik', 'nama_lengkap', 'tanggal_lahir', 'jawaban']);
  expect(lines).toHaveLength(5);
  await expect(card.getByText('Berkas terakhir diunduh')).toBeVisible();

  await choose(page, 'salah.csv', answered(lines, ['SESUAI', 'TIDAK SESUAI', 'mungkin', 'S']));
  await expect(page.getByText('Ada 1 kesalahan')).toBeVisible();
  const fault = page.getByRole('table', { name: 'Kesalahan' }).locator('tbody tr[data-index]');
  await expect(fault).toHaveCount(1);
  await expect(fault.getByRole('cell').first()).toHaveText('4');
  await expect(fault).toContainText('jawaban');
  await expect(page.getByRole('button', { name: /^Masukkan/ })).toHaveCount(0);
  expect(await findings(page)).toEqual([]);
  const privacy = await asked(page.request, 'privacy.oku');
  expect((await privacy.get(`/v1/verification/requests/${id}`)).answered).toBe(0);

  await page.getByRole('button', { name: 'Berkas lain' }).click();
  await choose(page, 'benar.csv', answered(lines, ['SESUAI', 'TIDAK SESUAI', 'TIDAK DITEMUKAN', '']));
  await expect(page.getByText('Tidak ada kesalahan. Belum ada yang dimasukkan.')).toBeVisible();
  expect((await privacy.get(`/v1/verification/requests/${id}`)).answered).toBe(0);
  await page.getByRole('button', { name: 'Masukkan 3 jawaban' }).click();
  await expect(page.getByText('Semua jawaban sudah dimasukkan.')).toBeVisible();
  await expect(card.getByText('Semua 3 jawaban sudah diterapkan ke register.')).toBeVisible();
  expect(await privacy.get(`/v1/verification/requests/${id}`)).toMatchObject({
    answered: 3,
    match: 1,
    mismatch: 1,
    not_found: 1,
    waiting: 0,
  });

  // The register knows it, and says who and when.
  await visit(page, `/register?region=${DISTRICT}&verification=mismatch`);
  const found = page.getByRole('table', { name: 'Usaha di register' }).locator('tbody tr[data-index]');
  await expect(found.first()).toContainText('Tidak sesuai');
  await found.first().getByRole('link').click();
  const facts = page.getByRole('region', { name: 'Identitas' });
  await expect(facts.getByText('Tidak sesuai')).toBeVisible();
  await expect(facts.getByText('Menurut Dukcapil, 13 September 2022')).toBeVisible();
});

test('what is applied in the background is shown until it is in the register', { tag: '@long' }, async ({
  page,
}) => {
  test.setTimeout(180_000);
  await signIn(page, 'privacy.oku', '/konfirmasi?region=16.01');
  await makeRequest(page, 'nib', 1_200);
  const card = page.getByRole('region', { name: 'NIB ke OSS' });
  const lines = await download(page);
  expect(lines).toHaveLength(1_201);
  await choose(page, 'oss.csv', answered(lines, ['S', 'S', 'S', 'TT']));
  await page.getByRole('button', { name: 'Masukkan 1.200 jawaban' }).click();
  await expect(page.getByText(/1\.200 diterapkan di latar belakang/)).toBeVisible();
  await expect(card.getByText('Semua 1.200 jawaban sudah diterapkan ke register.')).toBeVisible({
    timeout: 60_000,
  });
  await expect(card.getByText('Selesai dijawab')).toBeVisible();
});

test('without the right to personal data an officer sees states and requests, and is told why no more', async ({
  page,
}) => {
  await signIn(page, 'officer.oku', '/konfirmasi');
  await expect(
    page.getByRole('region', { name: 'NIK pemilik' }).getByText('Belum dikonfirmasi'),
  ).toBeVisible();
  await expect(page.getByText('memerlukan hak melihat data pribadi')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Buat permintaan' })).toHaveCount(0);
});

test('the regions below are told apart by kind of number, and each leads on', async ({ page }) => {
  await signIn(page, 'officer.oku', '/konfirmasi');
  const table = page.getByRole('table', { name: /^Menurut kecamatan/ });
  const row = table.locator('tbody tr[data-index]').filter({ hasText: 'Sosoh Buay Rayap' });
  const { below } = await (await asked(page.request, 'officer.oku')).get(
    '/v1/verification/summary?region=16.01&below=true',
  );
  const at = below.findIndex((each: { region_code: string }) => each.region_code === '16.01.07');
  expect(below[at].items[0].mismatch).toBeGreaterThan(0);
  await expect(row.locator('td[data-label="Tidak sesuai"]')).toHaveText(String(below[at].items[0].mismatch));
  await page.getByRole('combobox', { name: 'Nomor' }).selectOption('nib');
  await expect(row.locator('td[data-label="Tidak sesuai"]')).toHaveText(String(below[at].items[1].mismatch));
  await row.getByRole('link').click();
  await expect(page).toHaveURL(/region=16\.01\.07/);
  await expect(page.getByRole('table', { name: /^Menurut desa/ })).toBeVisible();
});

test('a coordinator sees the states alone', async ({ page }) => {
  const refused: string[] = [];
  page.on('response', (answer) => {
    if (answer.status() === 403) refused.push(answer.url());
  });
  await signIn(page, 'coordinator.1', '/konfirmasi');
  await expect(
    page.getByRole('region', { name: 'NIK pemilik' }).getByText('Belum dikonfirmasi'),
  ).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Permintaan' })).toHaveCount(0);
  await page.waitForLoadState('networkidle');
  expect(refused, 'nothing is asked that the role may not').toEqual([]);
});

test('the register is narrowed by a state, and says so in its address', async ({ page }) => {
  await signIn(page, 'officer.oku', '/konfirmasi');
  await page.getByRole('link', { name: 'Belum dikonfirmasi' }).click();
  const filter = page.getByRole('combobox', { name: 'Konfirmasi nomor' });
  await expect(filter).toHaveValue('unverified');
  await expect(page.getByRole('row').nth(1)).toBeVisible();
  await filter.selectOption('');
  await expect(page).not.toHaveURL(/verification=/);
});

test("who reviews a record is told that its number is another name's, and sees the number masked", async ({
  page,
}) => {
  await signIn(page, 'coordinator.2', '/pemeriksaan');
  await openDoubt(page);
  const told = page.getByRole('alert').filter({ hasText: 'Nomor yang tidak dikonfirmasi' });
  await expect(told).toContainText(
    /NIK pemilik 16\d{2}•{10}\d{2} bukan milik nama di isian ini, menurut Dukcapil \(13 September 2022\)\./,
  );
  expect(await page.locator('main').textContent()).not.toMatch(/\d{16}/);
});
