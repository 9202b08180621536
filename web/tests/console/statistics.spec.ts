import { asked } from '../support/api.ts';
import { expect, signIn, test } from '../support/test.ts';

interface Row {
  readonly region_name: string;
  readonly size_class_label: string;
  readonly businesses: number | null;
}

test('districts stand in rows and classes in columns, each cell as the API has it', async ({
  page,
  request,
}) => {
  const office = await asked(request, 'officer.oku');
  const path = '/v1/statistics/businesses?region=16.01&by=region,size_class';
  const { items }: { items: Row[] } = await office.get(path);
  await signIn(page, 'officer.oku', '/statistik');
  const table = page.getByRole('table').last();
  await expect(table.getByRole('columnheader').first()).toHaveText('Wilayah');
  const heads = await table.getByRole('columnheader').allTextContents();
  expect(heads.slice(1, 3)).toEqual(['Mikro', 'Kecil']);
  for (const { region_name, size_class_label, businesses } of items) {
    const row = table.getByRole('row').filter({ hasText: region_name });
    const cell = row.getByRole('cell').nth(heads.indexOf(size_class_label));
    const written = businesses === null ? '⊘ dirahasiakan' : businesses.toLocaleString('id-ID');
    await expect(cell).toHaveText(written);
  }
  await table.getByRole('columnheader', { name: 'Mikro' }).getByRole('button').click();
  const largest = Math.max(...items.map((row) => row.businesses ?? 0));
  await expect(table.getByRole('row').nth(1)).toContainText(largest.toLocaleString('id-ID'));
});

test('an admin asks for an edition now, and sees how far it is', async ({ page, request }) => {
  await signIn(page, 'admin', '/statistik?region=16.01');
  await page.getByRole('button', { name: 'Buat edisi baru' }).click();
  const answer = page.waitForResponse(
    (each) => each.request().method() === 'POST' && each.url().endsWith('/editions'),
  );
  await page.getByRole('button', { name: 'Buat edisi', exact: true }).click();
  const told = await (await answer).json();
  await expect(page.getByRole('status').filter({ hasText: /sedang dibuat, \d+%|sudah jadi/ })).toBeVisible();
  const id = told.id ?? told.current.edition; // another one may be in work: it is followed
  const admin = await asked(request, 'admin');
  const { state } = await admin.get(`/v1/statistics/editions/${id}`);
  expect(['queued', 'in_work', 'made']).toContain(state);
});

test('an edition before is looked at, and the address says which', async ({ page }) => {
  const older = '01832f3e-8a40-7000-8000-0000000000ab';
  let newest = '';
  // The demo may have one only: another is put beside it, with the figures of the one that there is.
  await page.route(/\/v1\/statistics\/editions/, async (route) => {
    const answer = await route.fetch();
    const { items } = await answer.json();
    newest = items[0].id;
    const two = [items[0], { ...items[0], id: older, as_of: '2022-08-01T00:00:00Z' }];
    await route.fulfill({ response: answer, json: { items: two } });
  });
  const asks: string[] = [];
  await page.route(/\/v1\/statistics\/businesses/, async (route) => {
    asks.push(new URL(route.request().url()).searchParams.get('edition') ?? '');
    await route.continue({ url: route.request().url().replace(older, newest) });
  });
  await signIn(page, 'officer.oku', '/statistik');
  const editions = page.getByLabel('Edisi', { exact: true });
  await expect(editions.getByRole('option')).toHaveText([/\(terbaru\)/, /1 Agustus 2022/]);
  await editions.selectOption(older);
  await expect(page.getByText(/Edisi 1 Agustus 2022/)).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`edition=${older}`));
  await expect.poll(() => asks).toContain(older);
  await editions.selectOption(newest);
  await expect(page).not.toHaveURL(/edition=/);
});

test('who is no admin is not offered to make an edition', async ({ page }) => {
  await signIn(page, 'officer.oku', '/statistik');
  await expect(page.getByRole('table').last()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Buat edisi baru' })).toHaveCount(0);
});
