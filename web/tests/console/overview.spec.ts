import { expect, signIn, test } from '../support/test.ts';

test('the morning’s figures are those of the API and of the seed', async ({ page }) => {
  const answered = page.waitForResponse((answer) => answer.url().endsWith('/v1/progress/regions/16.01'));
  await signIn(page, 'officer.oku');
  const { item } = await (await answered).json();
  expect([item.entered, item.target, item.percent]).toEqual([13495, 42000, 32.13]);
  const figures = page.getByRole('region', { name: 'Ringkasan' });
  for (const figure of [
    '13.495 dari 42.000',
    '32,13',
    '48 hari',
    '593,9',
    '1 dari 8',
    '32.791',
    '81 dari 84',
  ]) {
    await expect(figures).toContainText(figure);
  }
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Kabupaten Ogan Komering Ulu');
});
