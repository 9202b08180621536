// Who may look into the app: one tab at a time, and only after the PIN.

import { enrol, enrolled, newEnumerator, PHONE } from '../support/field.ts';
import { lock, unlock } from '../support/tablet.ts';
import { DEMO, expect, test } from '../support/test.ts';

test.use({ viewport: PHONE });

test('two tabs: one works, the other says so, and can take over', async ({ page, context }) => {
  await enrolled(page);
  const other = await context.newPage();
  await other.goto(`${DEMO}/lapangan/`);
  await expect(other.getByRole('heading', { name: 'Aplikasi ini sudah terbuka' })).toBeVisible();
  await other.getByRole('button', { name: 'Pakai di sini' }).click();
  await expect(other.getByRole('button', { name: 'Pintu baru' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Aplikasi ini sudah terbuka' })).toBeVisible();
});

test('after five minutes without a touch a PIN is asked, and wrong ones have to wait', async ({ page }) => {
  const person = await newEnumerator(page.request);
  await page.clock.install();
  await enrol(page, person);
  await page.clock.fastForward(4 * 60_000);
  await expect(page.getByRole('button', { name: 'Pintu baru' })).toBeVisible();
  await page.clock.fastForward(2 * 60_000);
  await expect(page.getByRole('heading', { name: 'Terkunci' })).toBeVisible();
  await page.reload();
  for (let wrong = 0; wrong < 5; wrong += 1) {
    await unlock(page, '111222');
    await expect(page.getByText(/PIN salah|Terlalu sering/)).toBeVisible();
    await expect(page.getByLabel('PIN', { exact: true })).toHaveValue('');
  }
  await unlock(page);
  await expect(page.getByLabel('PIN', { exact: true })).toHaveValue('');
  await expect(page.getByText(/Terlalu sering salah/)).toBeVisible();
  await page.clock.fastForward(31_000);
  await unlock(page);
  await expect(page.getByRole('button', { name: 'Pintu baru' })).toBeVisible();
});

test('a lock holds when the app is loaded again, and when the clock is set back', async ({ page }) => {
  const person = await newEnumerator(page.request);
  await page.clock.install();
  await enrol(page, person);
  const locked = page.getByRole('heading', { name: 'Terkunci' });
  const open = async () => {
    await unlock(page);
    await expect(locked).toBeHidden();
  };
  await lock(page);
  await expect(locked).toBeVisible();
  await page.reload();
  await expect(locked).toBeVisible();
  await open();
  const touched = await page.evaluate(() => Date.now());
  await page.clock.fastForward(6 * 60_000);
  await expect(locked).toBeVisible();
  await page.clock.setSystemTime(touched + 60_000);
  await page.reload();
  await expect(locked).toBeVisible();
  await open();
});
