// What happens to a tablet: it is locked, cut off, full, revoked, and replaced by another one.

import { readFileSync } from 'node:fs';
import {
  type APIRequestContext,
  type BrowserContext,
  expect,
  type Locator,
  type Page,
} from '@playwright/test';
import { asked } from './api.ts';
import { PIN } from './field.ts';
import { DEMO } from './settings.ts';

export async function lock(page: Page): Promise<void> {
  await page.goto(`${DEMO}/lapangan/#/atur`);
  await page.getByRole('button', { name: 'Kunci sekarang' }).click();
}

export async function unlock(page: Page, pin = PIN): Promise<void> {
  await page.getByLabel('PIN', { exact: true }).fill(pin);
  await page.getByRole('button', { name: 'Buka' }).click();
}

/** The server is not reached any more, until what is returned is called. */
export async function cutOff(page: Page): Promise<() => Promise<void>> {
  const anything = (url: URL) => url.pathname.startsWith('/v1/');
  await page.route(anything, (route) => route.abort());
  return () => page.unroute(anything);
}

export interface Full {
  /** What the app says of it. */
  readonly told: Locator;
  readonly makeRoom: () => Promise<void>;
}

/** There is no room for another stroke in the form that is open, and the app says so. */
export async function fillUp(page: Page, context: BrowserContext): Promise<Full> {
  await page.getByLabel(/^Nama usaha/).fill('Warung');
  await expect(page.locator('[data-stored=true]')).toBeVisible();
  const devtools = await context.newCDPSession(page);
  const origin = new URL(DEMO).origin;
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
  const told = page.getByText(/isian terakhir TIDAK tersimpan/);
  let strokes = 0;
  // The browser asks for the room that is left now and then only.
  await expect
    .poll(
      async () => {
        strokes += 1;
        await page.getByLabel(/^Nama usaha/).fill(`Warung ${strokes}`);
        return await told.isVisible();
      },
      { timeout: 45_000, intervals: [1_000] },
    )
    .toBe(true);
  const makeRoom = async () => {
    await devtools.send('Storage.overrideQuotaForOrigin', { origin });
  };
  return { told, makeRoom };
}

/** An admin revokes the tablet of somebody. */
export async function revoke(request: APIRequestContext, username: string): Promise<void> {
  const admin = await asked(request, 'admin');
  let [id, cursor] = ['', ''];
  while (id === '') {
    const { items, next_cursor } = await admin.get(`/v1/devices?revoked=false&limit=1000${cursor}`);
    id = items.find((each: { username: string }) => each.username === username)?.id ?? '';
    if (id === '') expect(next_cursor).not.toBeNull();
    cursor = `&cursor=${next_cursor}`;
  }
  const answer = await admin.post(`/v1/devices/${id}/revoke`, { reason: 'Hilang di pasar' });
  expect(answer.status(), await answer.text()).toBeLessThan(300);
}

export interface Backup {
  /** Where the file is. */
  readonly file: string;
  readonly code: string;
}

/** A sealed file of all that is on the tablet, in which nobody reads `name`. */
export async function backUp(page: Page, name: string): Promise<Backup> {
  await page.goto(`${DEMO}/lapangan/#/atur`);
  await page.getByRole('button', { name: 'Simpan berkas cadangan' }).click();
  const shown = page.getByRole('dialog').getByText(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){4}$/);
  const code = (await shown.textContent()) ?? '';
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Simpan berkas' }).click(),
  ]);
  const file = await download.path();
  expect(readFileSync(file).includes(name)).toBe(false);
  return { file, code };
}

/** The next tablet opens such a file, with a code that may be wrong. */
export async function takeIn(page: Page, { file, code }: Backup): Promise<void> {
  await page.getByRole('link', { name: 'Atur' }).click();
  await page.getByRole('button', { name: 'Ambil berkas cadangan' }).click();
  await page.getByLabel('Berkas', { exact: true }).setInputFiles(file);
  await unseal(page, code);
}

export async function unseal(page: Page, code: string): Promise<void> {
  await page.getByLabel('Kode pembuka').fill(code);
  await page.getByRole('button', { name: 'Ambil', exact: true }).click();
}
