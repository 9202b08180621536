// The edges of the app: what is missing, wrong, too long, revoked, or far too large on the screen.

import { enrol, enrolled, figuresOf, newEnumerator, PHONE, PIN, sync } from '../support/field.ts';
import { foodStall, interview, newDoor, newNik, next, store, toEnd } from '../support/filling.ts';
import { lock, revoke, unlock } from '../support/tablet.ts';
import { DEMO, expect, findings, test } from '../support/test.ts';

test.use({ viewport: PHONE });

test('a button can always be pressed, and says what is missing', async ({ page }) => {
  const person = await newEnumerator(page.request);
  await page.goto(`${DEMO}/lapangan/`);
  const enter = page.getByRole('button', { name: 'Masuk', exact: true });
  await expect(enter).toBeEnabled();
  await enter.click();
  for (const told of [
    'Tulis nama pengguna.',
    'Tulis kode aktivasi',
    'sedikitnya 12 huruf; baru 0',
    'Beri nama',
  ])
    await expect(page.getByText(told)).toBeVisible();
  await expect(page.getByLabel('Nama pengguna')).toBeFocused();
  await page.getByLabel('Nama pengguna').fill(person.username);
  await expect(page.getByText('Tulis nama pengguna.')).toBeHidden();
  await page.getByLabel('Kode aktivasi', { exact: true }).fill('AAAA-BBBB-CCCC-DDDD');
  await page.getByLabel(/^Kata sandi baru/).fill('dua belas huruf lebih');
  await page.getByLabel('Nama tablet ini').fill('Tablet uji');
  await enter.click();
  await expect(page.getByRole('alert')).toContainText('kode aktivasi salah');
  await page.getByRole('button', { name: 'Kata sandi', exact: true }).click();
  await enter.click();
  await expect(page.getByRole('alert')).toContainText('kata sandi salah');
  await expect(page.getByText(/token/i)).toHaveCount(0);

  await enrol(page, person);
  await lock(page);
  await page.getByRole('button', { name: 'Buka' }).click();
  await expect(page.getByText('PIN terdiri dari 6 angka; baru 0.')).toBeVisible();
  await page.getByLabel('PIN').fill(`${PIN}9`);
  await expect(page.getByText('PIN terdiri dari 6 angka saja.')).toBeVisible();
  await page.getByLabel('PIN').fill(PIN);
  await page.getByRole('button', { name: 'Buka' }).click();
  await page.goto(`${DEMO}/lapangan/#/baru`);
  await page.getByLabel('Desa/kelurahan').selectOption('');
  await page.getByRole('button', { name: 'Menolak' }).click();
  await expect(page.getByText('Pilih desa atau kelurahan dulu.')).toBeVisible();
  await expect(page.getByLabel('Desa/kelurahan')).toBeFocused();
  const options = await page.getByLabel('Desa/kelurahan').locator('option').allTextContents();
  expect(options.filter((each) => each.trim() === '')).toEqual([]);
});

test('all faults stand in one list, and each leads to its question @long', async ({ page }) => {
  const person = await enrolled(page);
  await newDoor(page, 'Usaha (UMKM)', person.village);
  await page.getByLabel(/^Nama usaha/).fill('x'.repeat(310));
  await expect(page.getByText(/huruf terlalu banyak; paling banyak 200/)).toBeVisible();
  expect(await page.getByLabel(/^Nama usaha/).inputValue()).toHaveLength(310);
  await next(page);
  await next(page);
  await page.getByLabel(/^NIK/).fill('1601145203850000');
  await toEnd(page);
  const faults = page.locator('li', { hasText: 'Bagian' });
  await expect(page.getByRole('heading', { name: '3 harus diperbaiki' })).toBeVisible();
  await expect(faults).toHaveCount(3);
  for (const [at, name] of ['Nama usaha', 'KBLI', 'NIK'].entries())
    await expect(faults.nth(at)).toContainText(name);
  await expect(page.getByText('Kata server')).toHaveCount(0);
  await faults.filter({ hasText: 'NIK' }).click();
  await expect(page.getByLabel(/^NIK/)).toBeFocused();
  await toEnd(page);
  await faults.filter({ hasText: 'KBLI' }).click();
  await expect(page.getByLabel(/^KBLI lima digit/)).toBeFocused();
});

test('a record that nothing identifies leads to the number that would, and says no name of the server', async ({
  page,
}) => {
  const person = await enrolled(page);
  await newDoor(page, 'Usaha (UMKM)', person.village);
  await page.getByLabel(/^Nama usaha/).fill('Warung Tanpa Nomor');
  await next(page);
  await foodStall(page, '56102 rumah');
  await toEnd(page);
  await page.getByRole('button', { name: /Seluruh isian/ }).click();
  await expect(page.getByLabel(/^NIK/)).toBeFocused();
});

test('the time of a visit is chosen by a control, by the tablet’s own clock @long', async ({ page }) => {
  const person = await enrolled(page);
  await newDoor(page, 'Tidak dapat ditemui', person.village);
  const time = page.getByLabel(/^Waktu kunjungan/);
  await expect(time).toHaveAttribute('type', 'datetime-local');
  await time.fill('2099-01-02T03:04');
  await expect(page.getByText('Waktu ini belum tiba menurut jam tablet.', { exact: false })).toBeVisible();
  await time.fill('2022-09-12T09:14');
  await expect(page.getByText('Waktu ini belum tiba menurut jam tablet.', { exact: false })).toBeHidden();
  await expect(page.locator('[data-stored=true]')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel(/^Waktu kunjungan/)).toHaveValue('2022-09-12T09:14');
  await toEnd(page);
  const sent = page.waitForRequest((each) => each.url().includes('/v1/sync/batches/'));
  await store(page);
  await sync(page);
  const { gunzipSync } = await import('node:zlib');
  const body = (await sent).postDataBuffer() ?? Buffer.alloc(0);
  const { items } = JSON.parse((body[0] === 0x1f ? gunzipSync(body) : body).toString());
  expect(items[0].answers.visited_at).toMatch(/^2022-09-12T09:14:00(\.000)?\+07:00$/);
});

test('blank lines of a list are no answers, and the reference year is a year', async ({ page }) => {
  const person = await enrolled(page);
  await newDoor(page, 'Usaha (UMKM)', person.village);
  await page.getByLabel(/^Nama usaha/).fill('Warung Daftar');
  const lines = page.locator('textarea');
  for (let turned = 0; turned < 20 && (await lines.count()) === 0; turned += 1) await next(page);
  const list = page.getByText('Satu di setiap baris.').first().locator('..').locator('textarea');
  await list.fill('Izin A\n\n   \nIzin B\n');
  await expect(list).toHaveValue('Izin A\n\n   \nIzin B\n');
  await expect(page.getByText('Tersimpan di tablet')).toBeVisible();
  await page.reload();
  await expect(list).toHaveValue('Izin A\nIzin B');
  const year = page.getByLabel('Tahun acuan');
  for (let turned = 0; turned < 20 && (await year.count()) === 0; turned += 1) await next(page);
  await year.fill('2020');
  const help = page.getByText('Untuk tahun acuan, rupiah penuh. Tahun acuan: 2020.');
  for (let turned = 0; turned < 20 && (await help.count()) === 0; turned += 1) {
    const add = page.getByRole('button', { name: 'Tambah baris' });
    for (let at = 0; at < (await add.count()); at += 1) await add.nth(at).click();
    if ((await help.count()) === 0) await next(page);
  }
  await expect(help.first()).toBeVisible();
  await expect(page.getByText('reference_year')).toHaveCount(0);
});

test('the figure of what is unsent is right when the sync ends @long', async ({ page, context }) => {
  const person = await enrolled(page);
  await context.setOffline(true);
  for (const name of ['Warung Satu', 'Warung Dua'])
    await interview(page, { name, owner: 'Sari', nik: newNik() }, person.village);
  await page.goto(`${DEMO}/lapangan/#/kiriman`);
  await expect(page.getByText('2 menunggu dikirim')).toBeVisible();
  await page.evaluate(() => {
    const shown: string[] = [];
    Object.assign(window, { shown });
    const button = () => document.querySelector<HTMLButtonElement>('main button');
    let ran = false;
    new MutationObserver(() => {
      if (button()?.disabled) ran = true;
      else if (ran) {
        ran = false;
        shown.push(
          `${document.querySelector('header')?.textContent} ${document.querySelector('main')?.textContent}`,
        );
      }
    }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  await context.setOffline(false); // it syncs by itself
  const shown = async () => await page.evaluate(() => (window as unknown as { shown: string[] }).shown);
  await expect.poll(async () => (await shown()).length, { timeout: 30_000 }).toBeGreaterThan(0);
  const last = (await shown()).at(-1) ?? '';
  expect(last).toContain('0 menunggu dikirim');
  expect(last).toContain('Semua terkirim');
});

test('a record from a clock that was ahead is asked back, and sent when it is corrected @long', async ({
  page,
  context,
}) => {
  const person = await newEnumerator(page.request);
  await page.addLocatorHandler(page.getByRole('heading', { name: 'Terkunci' }), async () => {
    await unlock(page);
  });
  await enrol(page, person);
  await context.setOffline(true);
  await page.clock.setSystemTime(Date.now() + 3 * 86_400_000);
  await interview(page, { name: 'Warung Besok', owner: 'Sari', nik: newNik() }, person.village);
  await page.clock.setSystemTime(Date.now());
  await context.setOffline(false);
  await sync(page);
  const back = page.getByRole('link', { name: /Perlu diperbaiki/ });
  await expect(back).toContainText('Waktu pengisian ada di masa depan');
  await expect(page.getByRole('banner')).toContainText('1 perlu diperbaiki');
  await back.click();
  await page.getByRole('button', { name: 'Perbaiki' }).click();
  await toEnd(page);
  await store(page);
  await sync(page);
  await expect(page.getByText('Aman di server')).toBeVisible();
  expect(await figuresOf(page.request, person)).toMatchObject({ entered: 1, submissions: 1, invalid: 0 });
});

test('a text that is no number is recorded as it was typed, asked back, and there again to be corrected @long', async ({
  page,
}) => {
  const person = await enrolled(page);
  await newDoor(page, 'Usaha (UMKM)', person.village);
  await page.getByLabel(/^Nama usaha/).fill('Warung Kira-kira');
  await next(page);
  await page.getByLabel(/^KBLI lima digit/).fill('56102'); // a whole code needs no touch
  await expect(page.getByText(/^56102/).first()).toBeVisible();
  const year = page.getByLabel(/^Tahun mulai usaha/);
  await year.fill('tahun 2010');
  await next(page);
  await page.getByLabel(/^Nama pemilik/).fill('Sari');
  await page.getByLabel(/^NIK/).fill(newNik());
  await toEnd(page);
  await page.getByRole('button', { name: 'Simpan, walau perlu diperbaiki' }).click();
  await expect(page.getByRole('button', { name: 'Pintu baru' })).toBeVisible();
  await sync(page);
  await page.getByRole('link', { name: /Perlu diperbaiki/ }).click();
  await page.getByRole('button', { name: 'Perbaiki' }).click();
  await page.getByRole('button', { name: /^Tahun mulai usaha/ }).click();
  await expect(year).toHaveValue('tahun 2010');
  await year.fill('2010');
  await toEnd(page);
  await store(page);
  await sync(page);
  await expect(page.getByText('Aman di server')).toBeVisible();
  expect(await figuresOf(page.request, person)).toMatchObject({ entered: 1, invalid: 0 });
});

test('a revoked tablet says so on every page, with what to do', async ({ page }) => {
  const person = await enrolled(page);
  await newDoor(page, 'Usaha (UMKM)', person.village);
  await page.getByLabel(/^Nama usaha/).fill('Warung Dicabut');
  await expect(page.getByText('Tersimpan di tablet')).toBeVisible();
  const form = page.url();
  await revoke(page.request, person.username);
  await sync(page);
  const strip = page.getByRole('alert').filter({ hasText: 'Tablet ini dicabut.' });
  for (const at of ['#/tugas', '#/kiriman', '#/angka', '#/atur', '#/baru', new URL(form).hash]) {
    await page.goto(`${DEMO}/lapangan/${at}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(strip, at).toBeVisible();
    await expect(strip).toContainText('Jangan hapus apa pun');
  }
  await lock(page);
  await expect(strip).toBeVisible();
  expect(await findings(page)).toEqual([]);
});

test('Atur says what is not known of the room where the browser does not measure it', async ({ page }) => {
  await page.addInitScript(() => {
    const storage = Object.getPrototypeOf(navigator.storage);
    storage.estimate = async () => JSON.parse(sessionStorage.getItem('room') ?? '{}');
  });
  await enrolled(page);
  const at = async (room: object) => {
    await page.evaluate((said) => sessionStorage.setItem('room', JSON.stringify(said)), room);
    await page.goto(`${DEMO}/lapangan/#/atur`);
    await page.reload();
    await expect(page.getByRole('button', { name: 'Kunci sekarang' })).toBeVisible();
  };
  await at({});
  await expect(page.getByText('Peramban tidak mengatakan berapa memori yang tersisa.')).toBeVisible();
  await expect(page.getByText('sisakan sedikitnya 200 MB', { exact: false })).toBeVisible();
  await at({ usage: 5_000_000, quota: 5_000_000 + 10 * 1024 ** 3 });
  await expect(page.getByText('Peramban ini hanya menyebut angka bulat', { exact: false })).toBeVisible();
  await expect(page.getByText('sisanya tidak diketahui', { exact: false })).toBeVisible();
  await at({ usage: 5_000_000, quota: 105_000_000 });
  await expect(page.getByText('Memori tablet hampir penuh.', { exact: false })).toBeVisible();
  await expect(page.getByText('Ini perkiraan peramban', { exact: false })).toBeVisible();
  await at({ usage: 5_000_000, quota: 9_105_000_001 });
  await expect(page.getByText('Memori tablet hampir penuh.', { exact: false })).toBeHidden();
});
