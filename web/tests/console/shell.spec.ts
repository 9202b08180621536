import { expect, findings, signIn, test } from '../support/test.ts';

test('who is not signed in gets the sign-in at any address, and its page afterwards', async ({ page }) => {
  await signIn(page, 'officer.oku', '/kegiatan?region=16.01.14');
  await expect(page.getByRole('heading', { level: 1, name: 'Kegiatan' })).toBeVisible();
  expect(new URL(page.url()).searchParams.get('region')).toBe('16.01.14');
});

test('the sign-in has no finding of axe in both themes', async ({ page }) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto('/');
    await expect(page.getByRole('button', { name: 'Masuk' })).toBeVisible();
    expect(await findings(page)).toEqual([]);
  }
});
