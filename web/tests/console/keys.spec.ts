import { expect, signIn, test } from '../support/test.ts';

test('a key is made, shown once, reads what it may, and is revoked', async ({ page, request }) => {
  const name = `Excel ${Math.random()
    .toString(36)
    .replace(/[^a-z]/g, '')}`;
  await signIn(page, 'officer.oku', '/kunci');
  await page.getByRole('button', { name: 'Buat kunci' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Untuk apa').fill(name);
  await form.getByRole('button', { name: 'Buat kunci' }).click();
  const key = (await page.getByRole('dialog').getByRole('status').textContent()) ?? '';
  expect(key).toMatch(/^kumkm_[0-9A-Za-z]{42}$/);
  const read = async () =>
    await request.get('/v1/progress/regions/16.01.csv', {
      headers: { Authorization: `Basic ${Buffer.from(`excel:${key}`).toString('base64')}` },
    });
  expect((await read()).status()).toBe(200);
  await page.getByRole('button', { name: 'Selesai' }).click();
  await expect(page.locator('body')).not.toContainText(key);
  await page.getByRole('button', { name: `Cabut kunci ${name}`, exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cabut', exact: true }).click();
  await expect(page.getByText(name, { exact: true })).toHaveCount(0);
  expect((await read()).status()).toBe(401);
});
