import type { Page } from '@playwright/test';
import { expect, findings, inTheme, signIn, THEMES, test } from '../support/test.ts';

/** A file as somebody drops it. */
async function choose(page: Page, name: string, text: string): Promise<void> {
  await page
    .locator('input[type=file]')
    .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
}

test('an officer finds one of many, and sees closed accounts apart', async ({ page }) => {
  await signIn(page, 'officer.oku', '/orang');
  const rows = page.getByRole('row');
  await expect(page.getByText(/^93 akun/)).toBeVisible();
  await page.getByLabel('Cari nama atau nama pengguna').fill('enumerator.84');
  await expect(rows).toHaveCount(2);
  await page.getByLabel('Keadaan').selectOption('closed');
  await expect(page.getByText('Tidak ada akun yang cocok')).toBeVisible();
  expect(new URL(page.url()).searchParams.get('state')).toBe('closed');
  expect(page.url()).not.toContain('enumerator.84');
});

test('a new enumerator gets a code once, and a card with a QR to print', async ({ page }) => {
  await signIn(page, 'officer.oku', '/orang');
  await page.getByRole('button', { name: 'Akun baru' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Nama', { exact: true }).fill('<script>alert(1)</script> Sari');
  await dialog.getByLabel('Nama pengguna').fill('enumerator.baru');
  await dialog.getByRole('button', { name: 'Buat akun' }).click();
  await expect(dialog.getByText('Kode ini hanya tampil sekarang')).toBeVisible();
  const code = (await dialog.locator('output').textContent()) ?? '';
  expect(code.length).toBeGreaterThan(10);
  await expect(dialog.getByRole('img', { name: 'QR kartu aktivasi' })).toBeVisible();
  for (const colorScheme of THEMES) {
    await inTheme(page, colorScheme);
    expect(await findings(page)).toEqual([]);
  }
  await page.emulateMedia({ media: 'print' });
  const card = page.locator('.print-alone');
  await expect(card.getByText(code)).toBeVisible();
  await expect(card.locator('svg path')).toHaveCount(1);
  await expect(page.getByRole('heading', { level: 1 })).toBeHidden();
  await page.emulateMedia({ media: 'screen' });
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain(
    code,
  );
});

test('a file with a fault enters nothing and says which cell; without a fault all of it', async ({
  page,
}) => {
  await signIn(page, 'officer.oku', '/orang?tab=import');
  const head = 'username,name,role,region_code\n';
  await choose(page, 'orang.csv', `${head}impor.1,Ayu,enumerator,16.01\nimpor.2,Budi,enumerator,16.02\n`);
  await expect(page.getByText('Ada 1 kesalahan')).toBeVisible();
  await expect(page.getByRole('cell', { name: '3', exact: true })).toBeVisible();
  await expect(page.getByRole('cell', { name: 'region_code', exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Masukkan/ })).toHaveCount(0);
  await page.getByRole('button', { name: 'Berkas lain' }).click();
  await choose(page, 'orang.csv', `${head}impor.1,Ayu,enumerator,16.01\nimpor.2,Budi,enumerator,16.01\n`);
  await page.getByRole('button', { name: 'Masukkan 2 baris' }).click();
  await expect(page.getByText('Semua baris sudah dimasukkan.')).toBeVisible();
  await expect(page.getByRole('heading', { name: '2 kartu aktivasi' })).toBeVisible();
});

test('a tablet is revoked with a reason and restored', async ({ page }) => {
  await signIn(page, 'officer.oku', '/orang?tab=tablets');
  const row = page.getByRole('row').filter({ hasText: 'enumerator.70' });
  await page.getByLabel('Cari nama atau nama pengguna').fill('enumerator.70');
  await row.getByRole('button', { name: 'Cabut' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Cabut' })).toBeDisabled();
  await dialog.getByLabel('Alasan').fill('Hilang di pasar');
  await dialog.getByRole('button', { name: 'Cabut' }).click();
  await expect(row.getByText('Dicabut')).toBeVisible();
  await row.getByRole('button', { name: 'Pulihkan' }).click();
  await dialog.getByRole('button', { name: 'Pulihkan' }).click();
  await expect(row.getByText('Aktif')).toBeVisible();
});

test('what was typed stays where the server cannot be reached', { tag: '@long' }, async ({ page }) => {
  await page.route('**/v1/assignments?*', async (route) => {
    await new Promise((later) => setTimeout(later, 1_000));
    await route.continue();
  });
  await signIn(page, 'officer.oku', '/orang?tab=assignments');
  await page.getByRole('button', { name: 'Tugaskan' }).click();
  const dialog = page.getByRole('dialog');
  // The form knows the campaign as soon as the page does.
  await expect(dialog.getByLabel('Kegiatan')).toHaveValue('pl-kumkm-2022');
  await dialog.getByLabel('Nama pengguna enumerator').fill('enumerator.3');
  await dialog.getByLabel('Kode wilayah').fill('16.01.14');
  await dialog.getByLabel('Mulai').fill('2022-09-20');
  await page.route('**/v1/assignments', (route) => route.abort());
  await dialog.getByRole('button', { name: 'Tugaskan' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Server tidak dapat dihubungi');
  await page.unroute('**/v1/assignments');
  await expect(dialog.getByLabel('Nama pengguna enumerator')).toHaveValue('enumerator.3');
  await dialog.getByRole('button', { name: 'Tugaskan' }).click();
  await expect(dialog.getByText(/^Baru 1/)).toBeVisible();
});

test('a coordinator sees its own team and makes no accounts', async ({ page }) => {
  await signIn(page, 'coordinator.1', '/orang');
  await expect(page.getByRole('tab')).toHaveText(['Tablet', 'Tim', 'Penugasan']);
  await page.getByRole('tab', { name: 'Tim' }).click();
  await expect(page.getByRole('region')).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Tim baru' })).toHaveCount(0);
});
