import { expect, signIn, test } from '../support/test.ts';

test('an admin makes a campaign that has not begun; days out of order keep what was typed', async ({
  page,
}) => {
  await signIn(page, 'admin', '/kegiatan');
  await expect(page.getByRole('heading', { name: 'Pendataan Lengkap Koperasi dan UMKM 2022' })).toBeVisible();
  await page.getByRole('button', { name: 'Kegiatan baru' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Nama').fill('Pemutakhiran 2099');
  await dialog.getByLabel('Kode').fill('mutakhir-2099');
  await dialog.getByLabel('Hari pertama').fill('2099-04-01');
  await dialog.getByLabel('Hari terakhir pendataan').fill('2099-03-01');
  await dialog.getByLabel('Isian terlambat').fill('2099-12-31');
  await dialog.getByRole('button', { name: 'Buat kegiatan' }).click();
  await expect(dialog.getByText('Harus pada atau setelah hari di atasnya.')).toBeVisible();
  await expect(dialog.getByLabel('Nama')).toHaveValue('Pemutakhiran 2099');
  await dialog.getByLabel('Hari terakhir pendataan').fill('2099-10-31');
  await dialog.getByRole('button', { name: 'Buat kegiatan' }).click();
  await expect(page.getByText('Pemutakhiran 2099 tersimpan.')).toBeVisible();
  const made = page.getByRole('listitem').filter({ hasText: 'mutakhir-2099' });
  await expect(made.getByText('Belum mulai')).toBeVisible();
  await page.goto('/kegiatan?tab=trail&action=campaign.entered&actor=admin');
  await expect(page.getByRole('row').filter({ hasText: 'mutakhir-2099' }).first()).toBeVisible();
});

test('whether a campaign runs goes by the clock of the server, not by that of the desk', async ({ page }) => {
  await signIn(page, 'officer.oku', '/kegiatan'); // the demo's server lives in September 2022
  const card = page.getByRole('listitem').filter({ hasText: 'pl-kumkm-2022' });
  await expect(card.getByText('Berjalan')).toBeVisible();
});

test('an officer sets a target below, sees the sum, and takes it away; a region without targets says so', async ({
  page,
}) => {
  await signIn(page, 'officer.oku', '/kegiatan?tab=targets&campaign=pl-kumkm-2023&region=16.01.20');
  await expect(page.getByText('Wilayah ini belum punya target')).toBeVisible();
  const field = page.getByRole('textbox', { name: /^Target / }).first();
  await field.fill('nol');
  await field.press('Enter');
  await expect(page.getByText('Bilangan bulat, paling sedikit 1.')).toBeVisible();
  await field.fill('1.200');
  const put = page.waitForResponse((answer) => answer.request().method() === 'PUT');
  await field.press('Enter');
  expect((await (await put).json()).businesses).toBe(1200);
  await expect(page.getByRole('region', { name: 'Target' })).toContainText('1.200');
  await page
    .getByRole('button', { name: /^Hapus target / })
    .first()
    .click();
  await expect(page.getByText('Wilayah ini belum punya target')).toBeVisible();
  await expect(page.getByRole('tab', { name: 'Jejak audit' })).toHaveCount(0);
});

test('a target has a day; of a day gone by it needs a reason, and the page shows both values', async ({
  page,
}) => {
  await signIn(page, 'officer.oku', '/kegiatan?tab=targets&campaign=pl-kumkm-2022&region=16.01.21');
  const line = page.getByRole('row').nth(1);
  const field = line.getByRole('textbox', { name: /^Target / });
  await field.fill('900');
  await line.getByLabel(/^Berlaku sejak/).fill('2022-08-01');
  await line.getByRole('button', { name: 'Tetapkan' }).click();
  await expect(line.getByText('sebutkan alasannya')).toBeVisible();
  await line.getByLabel(/^Alasan perubahan/).fill('SK Bupati 17/2022');
  await line.getByRole('button', { name: 'Tetapkan' }).click();
  await expect(line).toContainText('1 Agustus 2022');
  await field.fill('950');
  await field.press('Enter');
  await expect(line).toContainText('900 sejak 1 Agustus 2022');
});

test('columns are explained, found by words, and fit a phone', async ({ page }) => {
  await signIn(page, 'officer.oku', '/kegiatan?tab=columns');
  await page.getByLabel('Cari kolom').fill('nik');
  await expect(page.getByText('Nomor Induk Kependudukan pemilik, 16 angka.')).toBeVisible();
  await page.setViewportSize({ width: 360, height: 780 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});

test('on a phone the open tab is in sight, also the last one', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await signIn(page, 'admin', '/kegiatan?tab=trail');
  await expect(page.getByRole('tab', { name: 'Jejak audit' })).toBeInViewport({ ratio: 0.98 });
});
