import { asked } from '../support/api.ts';
import { expect, signIn, test } from '../support/test.ts';

test.describe.configure({ timeout: 90_000 }); // a machine that does much else, too

interface Waiting {
  readonly business_id: string;
  readonly said_kbli: string;
}

test('an unknown code is coded by words, and the decision undone', async ({ page, request }) => {
  const api = await asked(request, 'officer.oku');
  const [found] = (await api.get('/v1/coding')).items as readonly Waiting[];
  const before = (await api.get('/v1/queues')).coding;
  await signIn(page, 'officer.oku', `/pengodean?business=${found?.business_id}`);
  await expect(page.getByText('Kode 96210 tidak ada dalam KBLI 2020.')).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.type('rambut pangkas');
  await page.getByRole('radio', { name: /96111/ }).first().check();
  await page.getByRole('button', { name: 'Simpan keputusan' }).click();
  await expect(page.getByText('Tulis alasan, paling sedikit 5 huruf.')).toBeVisible();
  await page.getByLabel('Alasan').fill('Pangkas rambut menurut produknya');
  await page.getByRole('button', { name: 'Simpan keputusan' }).click();
  await expect.poll(async () => (await api.get('/v1/queues')).coding, { timeout: 15_000 }).toBe(before - 1);
  const business = await api.get(`/v1/businesses/${found?.business_id}`);
  expect([business.kbli, business.kbli_version]).toEqual(['96111', '2020']);

  await signIn(page, 'officer.oku', `/pengodean?state=coded&business=${found?.business_id}`);
  await expect(page.getByText(/96111 menurut KBLI 2020/)).toBeVisible();
  await page.getByRole('button', { name: 'Batalkan keputusan' }).focus();
  await page.keyboard.press('z');
  await page.getByLabel('Alasan membatalkan').fill('Salah memilih kegiatan');
  await page.getByRole('button', { name: 'Batalkan keputusan' }).click();
  await expect.poll(async () => (await api.get('/v1/queues')).coding, { timeout: 15_000 }).toBe(before);
  expect((await api.get(`/v1/businesses/${found?.business_id}`)).kbli).toBe('96210');
});

test('of two who code one business the later one is told, and keeps its words', async ({ page, request }) => {
  const api = await asked(request, 'admin');
  const found = (await api.get('/v1/coding')).items[1];
  await signIn(page, 'officer.oku', `/pengodean?business=${found.business_id}`);
  await page.getByRole('searchbox').fill('salon kecantikan');
  await page.getByRole('radio').first().check();
  await page.getByLabel('Alasan').fill('Menurut saya salon');
  const other = await api.post(`/v1/coding/${found.business_id}/decision`, {
    kbli: '96111',
    kbli_version: '2020',
    reason: 'Sudah ditanyakan ke pencacah',
    revision: found.revision,
  });
  expect(other.status()).toBe(200);
  await page.getByRole('button', { name: 'Simpan keputusan' }).click();
  await expect(page.getByText('Sudah diputuskan orang lain, atau isiannya sudah berganti.')).toBeVisible();
  await expect(page.getByLabel('Alasan')).toHaveValue('Menurut saya salon');
  const undone = await api.post(`/v1/coding/${found.business_id}/decision/undo`, {
    reason: 'Dikembalikan setelah uji',
    revision: found.revision,
  });
  expect(undone.status()).toBe(200);
});
