import { expect, signIn, test } from '../support/test.ts';

const FOLDER = '../../docs/pictures';

test('the Overview: light and dark on a desk, and on a phone', async ({ page }) => {
  await signIn(page, 'officer.oku');
  for (const [name, width, height, colorScheme] of [
    ['overview-light', 1440, 1180, 'light'],
    ['overview-dark', 1440, 1180, 'dark'],
    ['overview-phone', 390, 844, 'light'],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    await expect(page.getByRole('img', { name: /Garis kemajuan/ })).toBeVisible();
    await expect(page.getByRole('img', { name: /Wilayah menurut persen/ })).toBeVisible();
    await page.screenshot({ path: `${FOLDER}/${name}.png` });
  }
});
