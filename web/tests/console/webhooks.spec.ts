import { asked } from '../support/api.ts';
import { expect, signIn, test } from '../support/test.ts';

test('a webhook is made, refused where it leads inside, paused, and removed', async ({ page, request }) => {
  const api = await asked(request, 'admin');
  const username = `sistem.${Date.now()}`;
  const made = await api.post('/v1/accounts', {
    username,
    name: 'Sistem Dinas Koperasi',
    role: 'system',
    region_code: '16.01',
    scopes: ['feed:read'],
  });
  expect(made.status()).toBe(201);
  await signIn(page, 'officer.oku', '/webhook');
  await page.getByRole('button', { name: 'Webhook baru' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Akun sistem').fill(username);
  await form.getByLabel('URL penerima').fill('https://169.254.169.254/latest');
  await form.getByRole('button', { name: 'Buat webhook' }).click();
  await expect(form.getByText(/Alamat ini ada di dalam jaringan/)).toBeVisible();
  await form.getByLabel('URL penerima').fill(`https://sistem.example.go.id/${username}`);
  await form.getByRole('button', { name: 'Buat webhook' }).click();
  await expect(page.getByText(/^whsec_/)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByText(/^whsec_/)).toBeHidden();

  const card = page.getByRole('listitem').filter({ hasText: username });
  await expect(card.getByText('Aktif', { exact: true })).toBeVisible();
  await card.getByRole('button', { name: 'Jeda' }).click();
  await expect(card.getByText('Dijeda', { exact: true })).toBeVisible();
  await card.getByRole('button', { name: 'Kiriman', exact: true }).click();
  await expect(card.getByText('Belum ada kiriman.')).toBeVisible();
  await card.getByRole('button', { name: 'Hapus' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Hapus' }).click();
  await expect(card).toBeHidden();
});
