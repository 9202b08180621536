import { readFile } from 'node:fs/promises';
import { expect, signIn, test } from '../support/test.ts';

test('a payment list, how a statement came to its sum, and the list as files', async ({ page }) => {
  await signIn(page, 'officer.oku', '/honor?region=16.01');
  const rules = page.getByRole('table', { name: 'Aturan' });
  await expect(rules.getByRole('row').nth(1)).toContainText('Rp20.000');
  await expect(page.getByRole('button', { name: 'Aturan baru' })).toHaveCount(0);
  await page.getByRole('link', { name: 'HON-0002' }).click();
  await expect(page.getByRole('heading', { name: 'HON-0002, September 2022' })).toBeVisible();
  await expect(page.getByText('Rp87.620.000').first()).toBeVisible();
  await page.getByRole('table', { name: 'Rincian petugas' }).getByRole('button').first().click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/^Terbilang: .* rupiah\.$/)).toBeVisible();
  await expect(dialog.getByRole('table').getByRole('row').last()).toContainText('September 2022');
  await page.keyboard.press('Escape');
  for (const [button, name] of [
    ['Unduh PDF', 'HON-0002.pdf'],
    ['Unduh Excel', 'HON-0002.xlsx'],
  ] as const) {
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: button }).click();
    const file = await coming;
    expect(file.suggestedFilename().toUpperCase()).toBe(name.toUpperCase());
    expect((await readFile(await file.path())).length).toBeGreaterThan(10_000);
  }
});

test('what was made already is the same list, and what does not follow is told', async ({ page }) => {
  await signIn(page, 'officer.oku', '/honor?region=16.01');
  await page.getByRole('button', { name: 'Buat daftar honor' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Rilis').selectOption({ index: 2 });
  await dialog.getByLabel('Bulan').selectOption('2022-08-01');
  await dialog.getByLabel('Daftar ini akan tetap').check();
  await dialog.getByRole('button', { name: 'Buat', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'HON-0001, Agustus 2022' })).toBeVisible();
});

test('a coordinator sees the statements of the team', async ({ page }) => {
  await signIn(page, 'coordinator.1', '/honor');
  await expect(page.getByRole('table', { name: 'Rincian petugas' })).toContainText('HON-0002');
  await expect(page.getByRole('button', { name: 'Buat daftar honor' })).toHaveCount(0);
});
