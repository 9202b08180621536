import type { Page } from '@playwright/test';
import { asked } from '../support/api.ts';
import { crowd } from '../support/machine.ts';
import { expect, signInNew, test } from '../support/test.ts';

const ROWS = 10_000;
const LONGEST = 200; // milliseconds of one task
const CROWDED = 2; // processes that want each core
const PLACE = '16.71';

declare global {
  interface Window {
    tasks: number[];
  }
}

/** So many people, three of them wrong where it is asked: in the first line, the middle and the last. */
function file(prefix: string, wrong: boolean): string {
  const rows = Array.from({ length: ROWS }, (_, at) => `${prefix}.${at},Orang ${at},enumerator,${PLACE}`);
  if (wrong) {
    rows[0] = `${prefix}.0,Orang 0,enumerator,16.01`;
    rows[4_999] = `${prefix}.4999,Orang 4999,raja,${PLACE}`;
    rows[9_999] = `dengan spasi,Orang 9999,enumerator,${PLACE}`;
  }
  return `username,name,role,region_code\n${rows.join('\n')}\n`;
}

async function choose(page: Page, name: string, text: string): Promise<void> {
  const chosen = { name, mimeType: 'text/csv', buffer: Buffer.from(text) };
  await page.locator('input[type=file]').setInputFiles(chosen);
}

/** From now on the page remembers each task that kept it from anything else for more than 50 ms. */
async function watchTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.tasks = [];
    new PerformanceObserver((list) => {
      window.tasks.push(...list.getEntries().map((each) => each.duration));
    }).observe({ type: 'longtask' });
  });
}

/** Fails where one task took too long; on a machine that does much else the time says nothing of the page. */
async function noLongTask(page: Page, when: string): Promise<void> {
  await page.waitForTimeout(300);
  const longest = await page.evaluate(() => Math.max(0, ...window.tasks.splice(0)));
  console.log(`${when}: the longest task took ${longest} ms`);
  if (crowd() < CROWDED) expect(longest, when).toBeLessThanOrEqual(LONGEST);
}

async function known(page: Page, prefix: string): Promise<number> {
  const admin = await asked(page.request, 'admin');
  return (await admin.get(`/v1/accounts?q=${prefix}.&limit=1000`)).items.length;
}

for (const width of [1440, 360]) {
  test(`ten thousand people are tried, mended and entered, at ${width} px`, { tag: '@long' }, async ({
    page,
  }) => {
    test.setTimeout(180_000);
    await page.setViewportSize({ width, height: 800 });
    await signInNew(page, '/orang?tab=import');
    const prefix = `ramai${Date.now().toString(36)}`;
    await page.getByRole('button', { name: 'Pilih berkas' }).waitFor();
    await watchTasks(page);

    await choose(page, 'salah.csv', file(prefix, true));
    await expect(page.getByText('Ada 3 kesalahan')).toBeVisible({ timeout: 60_000 });
    const faults = page.getByRole('table', { name: 'Kesalahan' }).locator('tbody tr[data-index]');
    await expect(faults).toHaveCount(3);
    const [first, middle, last] = [faults.nth(0), faults.nth(1), faults.nth(2)];
    await expect(first.getByRole('cell').first()).toHaveText('2');
    await expect(first).toContainText('region_code');
    await expect(middle.getByRole('cell').first()).toHaveText('5001');
    await expect(middle).toContainText('role');
    await expect(last.getByRole('cell').first()).toHaveText('10001');
    await expect(last).toContainText('username');
    await expect(page.getByRole('button', { name: /^Masukkan/ })).toHaveCount(0);
    expect(await known(page, prefix)).toBe(0);
    await noLongTask(page, 'three faults');

    await page.getByRole('button', { name: 'Berkas lain' }).click();
    await choose(page, 'benar.csv', file(prefix, false));
    await page.getByRole('button', { name: 'Masukkan 10.000 baris' }).click({ timeout: 60_000 });
    await expect(page.getByText('Semua baris sudah dimasukkan.')).toBeVisible({ timeout: 120_000 });
    const print = page.getByRole('button', { name: 'Cetak kartu' });
    await expect(print).toBeEnabled({ timeout: 30_000 });
    await noLongTask(page, 'ten thousand codes');
    expect(await page.locator('.print-alone > *').count()).toBe(500);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);

    await page.getByLabel('Kartu', { exact: true }).selectOption({ label: '9.501–10.000' });
    await expect(print).toBeEnabled({ timeout: 30_000 });
    await noLongTask(page, 'another part of the cards');
    await page.emulateMedia({ media: 'print' });
    await expect(page.locator('.print-alone').getByText(`${prefix}.9999`, { exact: true })).toBeVisible();
    await page.emulateMedia({ media: 'screen' });

    await page.getByRole('tab', { name: 'Akun' }).click();
    await expect(page.getByText(/^10\.\d\d\d akun/)).toBeVisible({ timeout: 60_000 });
    expect(await page.getByRole('row').count()).toBeLessThan(100);
    await noLongTask(page, 'ten thousand accounts');
  });
}

test('an import whose answer is lost is repeated and gives the codes again', { tag: '@long' }, async ({
  page,
}) => {
  await signInNew(page, '/orang?tab=import');
  const prefix = `putus${Date.now().toString(36)}`;
  const rows = `username,name,role,region_code\n${prefix}.1,Ayu,enumerator,16.71\n${prefix}.2,Budi,enumerator,16.71\n`;
  await choose(page, 'orang.csv', rows);
  // It arrives, and the answer does not.
  await page.route('**/v1/imports/accounts?dry_run=false', async (route) => {
    expect((await route.fetch()).status()).toBe(200);
    await route.abort('connectionreset');
  });
  await page.getByRole('button', { name: 'Masukkan 2 baris' }).click();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('Server tidak dapat dihubungi');
  await expect(alert).toContainText('Aman dicoba lagi');
  await expect(page.getByText('Belum ada yang dimasukkan')).toHaveCount(0);
  expect(await known(page, prefix)).toBe(2);
  await page.unroute('**/v1/imports/accounts?dry_run=false');
  await alert.getByRole('button', { name: 'Coba lagi' }).click();
  await expect(page.getByRole('heading', { name: '2 kartu aktivasi' })).toBeVisible();
  await expect(page.getByText('Semua baris sudah dimasukkan.')).toBeVisible();
  expect(await known(page, prefix)).toBe(2);
});
