import { asked } from '../support/api.ts';
import { expect, signIn, test } from '../support/test.ts';

interface Row {
  readonly doors: number;
  readonly entered: number;
  readonly open_visits: number;
  readonly refused: number;
}

const whole = (figure: number) => new Intl.NumberFormat('id-ID').format(figure);

test('doors by result are those of the API, in a picture and in a table, and each region leads on', async ({
  page,
  request,
}) => {
  const { item } = await (await asked(request, 'officer.oku')).get('/v1/progress/regions/16.01');
  const row: Row = item;
  await signIn(page, 'officer.oku', '/kunjungan');
  const card = page.getByRole('region', { name: 'Pintu menurut hasil', exact: true });
  await expect(card.getByRole('img')).toContainText(whole(row.refused));
  await expect(card).toContainText(`Dari ${whole(row.doors)} pintu,`);
  await card.getByRole('button', { name: 'Lihat tabel' }).click();
  const cells = card.getByRole('row', { name: /Perlu dikunjungi lagi/ }).getByRole('cell');
  await expect(cells.nth(1)).toHaveText(whole(row.open_visits));
  await page.getByRole('link', { name: 'Baturaja Timur' }).click();
  await expect(page.getByText(/^Baturaja Timur, per/)).toBeVisible();
});

test('call-backs are found by the day that was agreed and by who recorded them, and go out as a file', async ({
  page,
  request,
}) => {
  const api = await asked(request, 'officer.oku');
  const { items } = await api.get('/v1/doors?region=16.01&due_by=2022-09-12&limit=1');
  const [late] = items as readonly { readonly enumerator: string }[];
  await signIn(page, 'officer.oku', '/kunjungan');
  const list = page.getByRole('region', { name: 'Daftar pintu' });
  await list.getByLabel('Dijanjikan').selectOption('past');
  await expect(page).toHaveURL(/due=past/);
  await list.getByLabel('Petugas').fill(late?.enumerator ?? '');
  await expect(list.getByRole('row').nth(1)).toContainText(late?.enumerator ?? '');
  await expect(list.getByText(/terlewat/).first()).toBeVisible();
  const coming = page.waitForEvent('download');
  await list.getByRole('button', { name: 'Unduh CSV' }).click();
  expect((await coming).suggestedFilename()).toMatch(/\.csv$/);
  await list.getByLabel('Hasil').selectOption('refused');
  await expect(list.getByLabel('Dijanjikan')).toHaveCount(0);
  await list.getByRole('button', { name: 'Hapus saringan' }).click();
  await expect(list.getByLabel('Hasil')).toHaveValue('open_visits');
});

test('a coordinator sees the doors of the own team alone', async ({ page, request }) => {
  const { items } = await (await asked(request, 'officer.oku')).get(
    '/v1/doors?coordinator=coordinator.1&limit=1',
  );
  const [own] = items as readonly { readonly enumerator: string }[];
  const answers: Promise<{ items: readonly { readonly enumerator: string }[] }>[] = [];
  page.on('response', (answer) => {
    // One that comes when the test ends is of no interest.
    if (answer.url().includes('/v1/doors')) answers.push(answer.json().catch(() => ({ items: [] })));
  });
  await signIn(page, 'coordinator.1', '/kunjungan');
  const list = page.getByRole('region', { name: 'Daftar pintu' });
  await expect(list.getByRole('row').nth(1)).toBeVisible();
  await list.getByLabel('Petugas').fill(own?.enumerator ?? '');
  await expect(list.getByRole('row').nth(1)).toContainText(own?.enumerator ?? '');
  await list.getByLabel('Petugas').fill('enumerator.84');
  await expect(page.getByText('Tidak ada pintu seperti itu')).toBeVisible();
  const names = (await Promise.all(answers)).flatMap(({ items }) => items.map((each) => each.enumerator));
  expect(names).toContain(own?.enumerator);
  expect(names).not.toContain('enumerator.84');
});

test('the order of the regions stands in the address, beside what else is looked at', async ({ page }) => {
  await signIn(page, 'officer.oku', '/kunjungan?state=refused');
  const table = page.getByRole('table', { name: /^Hasil menurut kecamatan/ });
  await table.getByRole('columnheader', { name: 'Wilayah' }).getByRole('button').click();
  await expect(page).toHaveURL(/state=refused/);
  await expect(page).toHaveURL(/sort=name/);
  const first = await table.getByRole('row').nth(1).getByRole('link').textContent();
  await page.reload();
  await expect(table.getByRole('row').nth(1).getByRole('link')).toHaveText(first ?? '');
  await table.getByRole('row').nth(1).getByRole('link').click();
  await expect(page).toHaveURL(/region=16\.01\.\d+/);
  await expect(page).toHaveURL(/state=refused/);
});
