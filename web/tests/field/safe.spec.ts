// What is typed and recorded is safe: the browser is killed, answers are cut off, a supervisor returns it.

import { asked } from '../support/api.ts';
import { enrol, enrolled, figuresOf, installed, newEnumerator, PHONE, sync } from '../support/field.ts';
import { interview, newDoor, newNik, next, store, toEnd } from '../support/filling.ts';
import { Killable } from '../support/killable.ts';
import { DEMO, expect, test } from '../support/test.ts';

test.use({ viewport: PHONE });

test('a browser that is killed in the middle of a form goes on at the same question, with every stroke @long', async ({
  request,
}) => {
  test.setTimeout(180_000);
  const person = await newEnumerator(request);
  const browser = new Killable();
  try {
    let page = await browser.start();
    await enrol(page, person);
    await installed(page);
    await newDoor(page, 'Usaha (UMKM)', person.village);
    await page.getByLabel(/^Nama usaha/).fill('Warung Padam');
    await next(page);
    await next(page);
    let typed = '';
    for (const stroke of ['Si', 'ti ', 'Am', 'inah']) {
      await page.getByLabel(/^Nama pemilik/).pressSequentially(stroke);
      typed += stroke;
      await expect(page.locator('[data-stored=true]')).toBeVisible();
      await browser.kill();
      page = await browser.start();
      await page.goto(`${DEMO}/lapangan/`);
      await page.getByRole('link', { name: /Warung Padam/ }).click();
      await expect(page.getByRole('heading', { level: 1 })).toContainText('Pengusaha');
      await expect(page.getByLabel(/^Nama pemilik/)).toBeFocused();
      await expect(page.getByLabel(/^Nama pemilik/)).toHaveValue(typed);
      await page.keyboard.press('End');
    }
    await toEnd(page);
    await page.getByRole('button', { name: /^Simpan/ }).click();
    await expect(page.getByRole('banner')).toContainText(/belum terkirim|Semua terkirim/);
    await browser.kill();
    page = await browser.start();
    await page.goto(`${DEMO}/lapangan/#/kiriman`);
    await expect(page.getByText('Warung Padam')).toHaveCount(1);
  } finally {
    await browser.end();
  }
});

test('an answer that is cut off at any byte makes nothing double @long', async ({ page }) => {
  const person = await enrolled(page);
  let cuts = 0;
  // The server has it, and the tablet does not hear so.
  await page.route('**/v1/sync/batches/*', async (route) => {
    const answer = await route.fetch();
    cuts += 1;
    if (cuts === 1) return route.abort('connectionreset');
    if (cuts === 2) return route.fulfill({ response: answer, body: (await answer.text()).slice(0, 200) });
    return route.fulfill({ response: answer });
  });
  await interview(page, { name: 'Warung Putus', owner: 'Putri', nik: newNik() }, person.village);
  await sync(page);
  await expect(page.getByText('Aman di server')).toHaveCount(1);
  expect(cuts).toBeGreaterThanOrEqual(3);
  expect(await figuresOf(page.request, person)).toMatchObject({ entered: 1, submissions: 1, duplicates: 0 });
});

test('a portal that answers for the server deletes nothing and ends no session @long', async ({ page }) => {
  const person = await enrolled(page);
  const portal = (url: URL) => url.pathname.startsWith('/v1/');
  await page.route(portal, (route) =>
    route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>WiFi</h1>' }),
  );
  await interview(page, { name: 'Warung Portal', owner: 'Portia', nik: newNik() }, person.village);
  await page.goto(`${DEMO}/lapangan/#/kiriman`);
  await expect(page.getByText(/Server tidak terjangkau/)).toBeVisible({ timeout: 45_000 });
  await expect(page.getByText('Menunggu dikirim', { exact: true })).toBeVisible();
  await page.unroute(portal);
  await sync(page);
  expect((await figuresOf(page.request, person)).entered).toBe(1);
});

test('what a supervisor returns comes first, with the reason, and is corrected as the next revision @long', async ({
  page,
}) => {
  const person = await enrolled(page);
  await interview(page, { name: 'Warung Kembali', owner: 'Kemala', nik: newNik() }, person.village);
  await sync(page);
  await page.getByRole('link', { name: /Warung Kembali/ }).click();
  const record = page.url().split('/').at(-1);
  const admin = await asked(page.request, 'admin');
  const review = { decision: 'returned', reason: 'Alamat belum ada' };
  expect((await admin.post(`/v1/submissions/${record}/review`, review)).status()).toBeLessThan(300);
  await sync(page);
  await page.getByRole('link', { name: 'Tugas' }).click();
  await expect(page.getByRole('heading', { name: 'Dikembalikan: perbaiki dulu' })).toBeVisible();
  await page.getByRole('link', { name: /Warung Kembali.*Alamat belum ada/s }).click();
  await page.getByRole('button', { name: 'Perbaiki' }).click();
  await expect(page.getByLabel(/^Nama usaha/)).toHaveValue('Warung Kembali');
  await page.getByLabel(/^Alamat usaha/).fill('Jalan Melati 4');
  await toEnd(page);
  await store(page);
  await sync(page);
  await expect(page.getByText('Perbaikan diterima.')).toBeVisible();
  expect(await figuresOf(page.request, person)).toMatchObject({ entered: 1, submissions: 1, returned: 0 });
});
