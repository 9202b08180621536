// No page of the app stays white: not where its tables cannot be read for a while, nor where it cannot be drawn.

import { enrolled, PHONE } from '../support/field.ts';
import { newDoor } from '../support/filling.ts';
import { DEMO, expect, test } from '../support/test.ts';

test.use({ viewport: PHONE });

test('a form that cannot be read says so, and is there when it can', async ({ page }) => {
  const person = await enrolled(page);
  await newDoor(page, 'Usaha (UMKM)', person.village);
  await page.getByLabel(/^Nama usaha/).fill('Warung Putih');
  await expect(page.locator('[data-stored=true]')).toBeVisible();
  await page.goto(`${DEMO}/lapangan/#/tugas`);
  const link = page.getByRole('link', { name: /Warung Putih/ });
  await expect(link).toBeVisible();
  await page.evaluate(() => {
    const own = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = () => {
      throw new DOMException('closed', 'InvalidStateError');
    };
    Object.assign(globalThis, { mend: () => Object.assign(IDBDatabase.prototype, { transaction: own }) });
  });
  await link.click();
  await expect(page.getByText('Sebentar …')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Kembali' })).toBeVisible();
  await page.evaluate(() => (globalThis as unknown as { mend: () => void }).mend());
  await expect(page.getByLabel(/^Nama usaha/)).toHaveValue('Warung Putih');
});

test('a page that cannot be drawn leaves a way out', async ({ browser }) => {
  const page = await browser.newPage({ viewport: PHONE }); // the test's own page may have no fault in its console
  await enrolled(page);
  await page.evaluate(() => {
    for (const each of [Intl.NumberFormat, Intl.DateTimeFormat])
      Object.defineProperty(each.prototype, 'format', {
        get: () => {
          throw new Error('broken');
        },
      });
  });
  await page.goto(`${DEMO}/lapangan/#/angka`);
  await expect(page.getByRole('heading', { name: 'Ada kesalahan pada aplikasi' })).toBeVisible();
  await page.getByRole('button', { name: 'Muat ulang' }).click();
  await expect(
    page.getByRole('heading', { name: 'Terkunci' }).or(page.getByRole('navigation')),
  ).toBeVisible();
  await expect(page.getByText('Ada kesalahan pada aplikasi')).toBeHidden();
  await page.close();
});
