import { asked } from '../support/api.ts';
import { expect, signIn, test } from '../support/test.ts';

const NEXT = 'campaign=pl-kumkm-2023';
const whole = (figure: number) => new Intl.NumberFormat('id-ID').format(figure);

test('how much of the listing is left is as the API says, of the region and of those below', async ({
  page,
  request,
}) => {
  const { item } = await (await asked(request, 'officer.oku')).get(`/v1/progress/regions/16.01?${NEXT}`);
  await signIn(page, 'officer.oku', `/daftar?${NEXT}`);
  const figures = page.getByRole('region', { name: 'Daftar awal' });
  await expect(figures).toContainText(whole(item.listed));
  await expect(figures).toContainText(whole(item.listed - item.listed_done));
  await page.getByRole('link', { name: 'Lengkiti' }).click();
  await expect(page.getByText(/^Lengkiti, per/)).toBeVisible();
  await expect(page.getByRole('heading', { name: /Sisa menurut desa/ })).toBeVisible();
});

test('entries are narrowed by state, lead to the register, and go out as a file', async ({ page }) => {
  await signIn(page, 'officer.oku', `/daftar?${NEXT}`);
  const list = page.getByRole('region', { name: 'Entri daftar' });
  await list.getByLabel('Keadaan').selectOption('open');
  await expect(page).toHaveURL(/state=open/);
  await expect(list.getByRole('row').nth(1)).toContainText('Belum didatangi');
  const coming = page.waitForEvent('download');
  await list.getByRole('button', { name: 'Unduh CSV' }).click();
  expect((await coming).suggestedFilename()).toMatch(/\.csv$/);
  await list.getByRole('row').nth(1).getByRole('link').click();
  await expect(page).toHaveURL(/\/register\/[0-9a-f-]{36}/);
});

test('a listing is begun from an earlier register, and done again it lists nothing twice', async ({
  page,
  request,
}) => {
  const { item } = await (await asked(request, 'admin')).get(`/v1/progress/regions/16.01.14?${NEXT}`);
  await signIn(page, 'officer.oku', `/daftar?${NEXT}&region=16.01.14`);
  await page.getByRole('button', { name: 'Ambil dari register sebelumnya' }).click();
  await page.getByRole('button', { name: 'Buat daftar' }).click();
  await expect(page.getByRole('status').last()).toContainText(
    `0 entri baru. ${whole(item.listed)} sudah ada`,
  );
});

test('a campaign without a listing says so, and to a coordinator offers nothing', async ({ page }) => {
  await signIn(page, 'coordinator.1', '/daftar');
  await expect(page.getByText('Belum ada daftar awal di sini')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Ambil dari register sebelumnya' })).toHaveCount(0);
});
