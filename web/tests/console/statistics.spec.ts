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

test('an admin makes an edition now, and looks at the one before again @long', async ({ page }) => {
  test.setTimeout(300_000); // it is computed beside everything else
  await signIn(page, 'admin', '/statistik?region=16.01');
  await expect(page.getByRole('table').last()).toBeVisible();
  await page.getByRole('button', { name: 'Buat edisi baru' }).click();
  await page.getByRole('button', { name: 'Buat edisi', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Edisi baru sudah jadi' })).toBeVisible({
    timeout: 270_000,
  });
  const editions = page.getByLabel('Edisi', { exact: true });
  await expect(editions.getByRole('option').first()).toContainText('(terbaru)');
  const before = await editions.getByRole('option').nth(1).getAttribute('value');
  await editions.selectOption(before);
  await expect(page).toHaveURL(new RegExp(`edition=${before}`));
  await expect(page.getByRole('table').last()).toBeVisible();
});

test('who is no admin is not offered to make an edition', async ({ page }) => {
  await signIn(page, 'officer.oku', '/statistik');
  await expect(page.getByRole('table').last()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Buat edisi baru' })).toHaveCount(0);
});
