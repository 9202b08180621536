// What no plan has in it: an app or a form that is newer, far more doors than usual, a huge photo, no point, letters in a number.

import { Altered } from '../support/altered.ts';
import { asked } from '../support/api.ts';
import {
  CAMPAIGN,
  enrol,
  enrolled,
  figuresOf,
  installed,
  newEnumerator,
  PHONE,
  sync,
} from '../support/field.ts';
import { foodStall, newDoor, newNik, next, store, toEnd } from '../support/filling.ts';
import { slowness } from '../support/machine.ts';
import { DEMO, expect, test } from '../support/test.ts';

test.use({ viewport: PHONE });

const LOCAL = new URL(DEMO.replace('localhost', '127.0.0.1'));

test('a new version of the app waits until the form is left, and takes over without a loss @long', async ({
  page,
}) => {
  const person = await newEnumerator(page.request);
  const server = new Altered(LOCAL);
  const origin = await server.open();
  try {
    await enrol(page, person, origin);
    await installed(page);
    await newDoor(page, 'Usaha (UMKM)', person.village);
    await page.getByLabel(/^Nama usaha/).fill('Warung Di Tengah');
    await expect(page.locator('[data-stored=true]')).toBeVisible();

    server.alter = (path, body) => (path === '/lapangan/sw.js' ? `${body}\n// a newer version\n` : null);
    const waits = await page.evaluate(async () => {
      const registered = await navigator.serviceWorker.ready;
      await registered.update();
      const found = registered.installing ?? registered.waiting;
      while (registered.waiting === null) await new Promise((later) => setTimeout(later, 50));
      Object.assign(window, { isTheOldPage: true });
      return found !== null;
    });
    expect(waits).toBe(true);
    const offered = page.getByRole('button', { name: 'Perbarui' });
    const address = page.getByLabel(/^Alamat usaha/);
    await address.fill('Jalan Garuda 7');
    await expect(page.locator('[data-stored=true]')).toBeVisible();
    await expect(offered).toBeHidden();
    expect(await page.evaluate(() => 'isTheOldPage' in window)).toBe(true);

    await page
      .getByRole('link', { name: /Kembali|Tugas/ })
      .first()
      .click();
    const loaded = page.waitForEvent('load');
    await offered.click();
    await loaded;
    expect(await page.evaluate(() => 'isTheOldPage' in window)).toBe(false);
    await expect(offered).toBeHidden();
    expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).waiting === null)).toBe(
      true,
    );
    await page.getByRole('link', { name: /Warung Di Tengah/ }).click();
    await expect(address).toHaveValue('Jalan Garuda 7');
  } finally {
    server.close();
  }
});

test('a form that is newer than the app is not filled in, and the others are', async ({ page }) => {
  const person = await newEnumerator(page.request);
  const server = new Altered(LOCAL);
  const origin = await server.open();
  const newer = new Set<string>();
  server.alter = (path, body) => {
    if (!path.startsWith('/v1/sync/reference') && !path.startsWith('/v1/reference')) return null;
    const told = JSON.parse(body);
    for (const name of Object.keys(told.questionnaires ?? {}))
      if (newer.has(name)) told.questionnaires[name].properties.legal_name.unevaluatedItems = false;
    return JSON.stringify(told);
  };
  try {
    for (const name of ['umkm@1', 'umkm@2']) newer.add(name);
    await enrol(page, person, origin);
    await page.getByRole('button', { name: 'Pintu baru' }).click();
    await page.getByLabel('Desa/kelurahan').selectOption(person.village);
    await page.getByRole('button', { name: 'Usaha (UMKM)', exact: true }).click();
    await expect(page.getByText('Formulir ini lebih baru dari aplikasi.', { exact: false })).toBeVisible();
    await page.getByRole('button', { name: 'Koperasi', exact: true }).click();
    await expect(page.getByLabel(/^Nama koperasi|^Nama/).first()).toBeVisible();
  } finally {
    server.close();
  }
});

// It measures, so that no other test runs beside it.
test('five thousand doors are listed, found and opened at once', { tag: '@alone' }, async ({ page }) => {
  test.setTimeout(180_000);
  const person = await newEnumerator(page.request);
  const admin = await asked(page.request, 'admin');
  // In a regency that no other test looks at.
  const villages: readonly { readonly code: string }[] = (await admin.get('/v1/regions?parent=16.72.01'))
    .items;
  const village = villages[0]?.code ?? '';
  const headers = { Authorization: `Bearer ${admin.token}` };
  const assigned = await page.request.put('/v1/assignments', {
    headers,
    data: { campaign: CAMPAIGN, enumerator: person.username, region_code: village, starts_on: '2022-04-01' },
  });
  expect(assigned.status(), await assigned.text()).toBe(200);
  const lines = Array.from(
    { length: 5_000 },
    (_, at) => `${CAMPAIGN},${village},Warung Deret ${at + 1},Pemilik ${at + 1},Jalan Deret ${at + 1},47112`,
  );
  const listed = await page.request.post('/v1/imports/listing', {
    headers: { ...headers, 'Content-Type': 'text/csv' },
    data: Buffer.from(['campaign,region_code,name,owner,address,kbli', ...lines].join('\r\n')),
    timeout: 120_000,
  });
  expect(listed.status(), await listed.text()).toBe(200);

  await enrol(page, person);
  await expect(page.getByRole('link', { name: /Warung Deret/ }).first()).toBeVisible({ timeout: 30_000 });
  // As a phone of the field: six times slower.
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 6 });
  const began = Date.now();
  await page.getByLabel(/^Cari/).fill('Deret 4321');
  await expect(page.getByRole('link', { name: /Warung Deret 4321/ })).toBeVisible();
  await expect(page.getByRole('link', { name: /Warung Deret/ })).toHaveCount(1);
  const took = Date.now() - began;
  expect(took, 'milliseconds until it is found').toBeLessThan(3_000 * slowness());
  await page.getByRole('link', { name: /Warung Deret 4321/ }).click();
  await expect(page.getByRole('heading', { name: 'Warung Deret 4321' }).first()).toBeVisible();
});

test('a photo of forty megapixels is made small, and a file that is no picture is refused @long', async ({
  page,
}) => {
  const person = await enrolled(page);
  const whole = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(7_680, 5_210);
    const pen = canvas.getContext('2d');
    for (let at = 0; at < 500; at += 1) {
      if (pen !== null) pen.fillStyle = `hsl(${(at * 37) % 360} 70% 50%)`;
      pen?.fillRect((at * 733) % 7_680, (at * 389) % 5_210, 160, 160);
    }
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
    const reader = new FileReader();
    reader.readAsDataURL(blob);
    await new Promise((done) => reader.addEventListener('load', done));
    return String(reader.result).split(',')[1] ?? '';
  });
  await newDoor(page, 'Usaha (UMKM)', person.village);
  await page.getByLabel(/^Nama usaha/).fill('Warung Megapiksel');
  await next(page);
  await foodStall(page);
  await next(page);
  await page.getByLabel(/^Nama pemilik/).fill('Mega');
  await page.getByLabel(/^NIK/).fill(newNik());
  await toEnd(page);
  const place = page.getByLabel('Foto tempat usaha');
  await place.setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') });
  await expect(page.getByText('Foto ini tidak dapat dibaca.')).toBeVisible();
  await place.setInputFiles({ name: 'b.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(whole, 'base64') });
  const shown = page.getByRole('img', { name: 'Foto tempat usaha' });
  await expect(shown).toBeVisible({ timeout: 30_000 });
  expect(await shown.evaluate((each) => (each as HTMLImageElement).naturalWidth)).toBe(1_280);
  const size = await page.getByText(/ KB$/).first().textContent();
  expect(Number(/(\d+)\s*KB$/.exec(size ?? '')?.[1])).toBeLessThanOrEqual(160);
  await store(page);
  await sync(page);
  await expect(page.getByText('Aman di server')).toBeVisible();
  expect(await figuresOf(page.request, person)).toMatchObject({ entered: 1, submissions: 1 });
});

test('without a point and with letters in a number somebody is told what to do, and nothing is lost @long', async ({
  page,
  context,
}) => {
  const person = await newEnumerator(page.request);
  await context.clearPermissions(); // nobody answers for the location: it is refused
  await enrol(page, person);
  await newDoor(page, 'Usaha (UMKM)', person.village);
  await page.getByLabel(/^Nama usaha/).fill('Warung Tanpa Titik');
  await next(page);
  await foodStall(page);
  await next(page);
  await page.getByLabel(/^Nama pemilik/).fill('Sari');
  await page.getByLabel(/^NIK/).fill('16O1O15203850OOI'); // letters that look like digits
  await expect(page.getByText('Angka benar')).toBeHidden();
  await toEnd(page);
  await page.getByRole('button', { name: 'Ambil titik' }).click();
  await expect(page.getByText('Izin lokasi ditolak.', { exact: false })).toBeVisible();
  await page
    .getByRole('link', { name: /NIK/ })
    .or(page.getByRole('button', { name: /NIK/ }))
    .first()
    .click();
  const number = page.getByLabel(/^NIK/);
  await expect(number).toHaveValue('16O1O15203850OOI');
  await number.fill(newNik());
  await expect(page.getByText('Angka benar')).toBeVisible();
  await toEnd(page);
  await store(page);
  await sync(page);
  await expect(page.getByText('Aman di server')).toBeVisible();
});
