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
