// Letters of twice the size, as the browser's own setting makes them.

import type { Page } from '@playwright/test';
import { askedAgain } from '../support/again.ts';
import { enrol, enrolByPassword, newEnumerator, PHONE, sync } from '../support/field.ts';
import { newDoor, toEnd } from '../support/filling.ts';
import { BROWSER } from '../support/settings.ts';
import { DEMO, expect, PASSWORD, test } from '../support/test.ts';

test.use({
  viewport: PHONE,
  launchOptions: {
    ...BROWSER.launchOptions,
    args: [...BROWSER.launchOptions.args, '--blink-settings=defaultFontSize=32'],
  },
});

test('with letters of twice the size long names stay in their cards, whole, at 360 px and at 320 px @long', async ({
  page,
}) => {
  test.setTimeout(180_000);
  const person = await newEnumerator(page.request);
  const name = `Warung${'Panjangsekali'.repeat(6)} dan Toko Serba Ada Bu Haji Siti Nurhaliza Binti Abdullah`;
  await askedAgain(page.request, person, [name]);
  await enrol(page, person);
  expect(await page.evaluate(() => getComputedStyle(document.body).fontSize)).toBe('32px');
  await newDoor(page, 'Usaha (UMKM)', person.village);
  await page.getByLabel(/^Nama usaha/).fill(name);
  await toEnd(page);
  await page.getByRole('button', { name: 'Simpan, walau perlu diperbaiki' }).click();
  await expect(page.getByRole('button', { name: 'Pintu baru' })).toBeVisible();
  await sync(page);
  await newDoorAt(page, person.village, name);
  for (const width of [360, 320]) {
    await page.setViewportSize({ width, height: 780 });
    for (const at of ['#/tugas', '#/kiriman', '#/angka', '#/atur', '#/baru']) {
      await page.goto(`${DEMO}/lapangan/${at}`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await page.waitForTimeout(300); // what is stored is read
      await isWhole(page, `${at} at ${width}`);
    }
    await page.goto(`${DEMO}/lapangan/#/kiriman`);
    await page.locator('a[href^="#/catatan/"]').first().click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
    await isWhole(page, `a record at ${width}`);
    await page.goto(`${DEMO}/lapangan/#/tugas`);
    await page.locator('a[href^="#/isian/"]').first().click();
    await expect(page.getByText('Tersimpan di tablet')).toBeVisible();
    await isWhole(page, `a form at ${width}`);
    await toEnd(page);
    await isWhole(page, `the end of a form at ${width}`);
    await page.goto(`${DEMO}/lapangan/#/tugas`);
    await page.locator('a[href^="#/ulang/"]').click();
    await expect(page.getByRole('button', { name: 'Mulai wawancara' })).toBeVisible();
    await isWhole(page, `a re-interview at ${width}`);
    await page.getByRole('button', { name: 'Tidak ditemukan' }).click();
    await expect(page.getByRole('button', { name: 'Simpan hasil' })).toBeVisible();
    await isWhole(page, `a result without an interview at ${width}`);
  }
});
test('the head of a page leaves room for the page, and figures of months stay on it', async ({ page }) => {
  await enrolByPassword(page, 'enumerator.82', PASSWORD);
  await page.goto(`${DEMO}/lapangan/#/angka`);
  await expect(page.getByText(/^Rp\d\.\d{3}\.\d{3}/)).toBeVisible();
  for (const width of [360, 320]) {
    await page.setViewportSize({ width, height: 740 });
    await isWhole(page, `months of figures at ${width}`);
  }
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`${DEMO}/lapangan/#/tugas`);
  await page.getByRole('button', { name: 'Pintu baru' }).click();
  await page.getByRole('button', { name: 'Usaha (UMKM)', exact: true }).click();
  const next = page.getByRole('button', { name: /^(Lanjut|Periksa)$/ });
  const head = page.getByRole('banner');
  for (let turned = 0; turned < 20; turned += 1) {
    const box = await head.boundingBox();
    expect(box?.height ?? 0, (await head.textContent()) ?? '').toBeLessThan(300);
    await isWhole(page, `page ${turned + 1} of a form`);
    if ((await next.count()) === 0) break;
    await next.click();
  }
});

async function newDoorAt(page: Page, village: string, name: string): Promise<void> {
  await page.goto(`${DEMO}/lapangan/#/tugas`);
  await newDoor(page, 'Usaha (UMKM)', village);
  await page.getByLabel(/^Nama usaha/).fill(name);
  await expect(page.getByText('Tersimpan di tablet')).toBeVisible();
}

/** Nothing is wider than the screen, and no text is cut off or stands outside of what holds it. */
async function isWhole(page: Page, name: string): Promise<void> {
  const cut = await page.evaluate(() => {
    const found: string[] = [];
    if (document.documentElement.scrollWidth > innerWidth) {
      for (const each of document.querySelectorAll('body *'))
        if (each.getBoundingClientRect().right > innerWidth + 1)
          found.push(`wider than the screen: ${each.tagName} ${each.textContent?.slice(0, 40)}`);
    }
    for (const each of document.querySelectorAll<HTMLElement>('main *, header *, nav *, [role="alert"] *')) {
      if (each.closest('select, textarea, input, svg, progress, [class*="hidden"]') !== null) continue;
      const style = getComputedStyle(each);
      const clips = style.overflow !== 'visible' && style.display !== 'inline';
      const scrolls = /auto|scroll/.test(style.overflowY); // as a dialog does
      const isHigher = each.scrollHeight > each.clientHeight + 1 && !scrolls;
      if (clips && (each.scrollWidth > each.clientWidth + 1 || isHigher))
        found.push(`cut: ${each.tagName} ${each.textContent?.slice(0, 40)}`);
      const box = each.getBoundingClientRect();
      const holder = each.parentElement?.getBoundingClientRect();
      if (
        box.width > 0 &&
        holder !== undefined &&
        style.position !== 'absolute' &&
        box.right > holder.right + 2
      )
        found.push(`out of its card: ${each.tagName} ${each.textContent?.slice(0, 40)}`);
    }
    return found;
  });
  expect(cut, name).toEqual([]);
}
