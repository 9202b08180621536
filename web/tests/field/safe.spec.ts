import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asked } from '../support/api.ts';
import {
  choosePin,
  enrol,
  figuresOf,
  installed,
  interview,
  newDoor,
  newEnumerator,
  newNik,
  next,
  PHONE,
  PIN,
  sync,
  toEnd,
} from '../support/field.ts';
import { Killable } from '../support/killable.ts';
import { DEMO, expect, OWN_PASSWORD, test } from '../support/test.ts';

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
  const person = await newEnumerator(page.request);
  await enrol(page, person);
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
  const person = await newEnumerator(page.request);
  await enrol(page, person);
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
  const person = await newEnumerator(page.request);
  await enrol(page, person);
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
  await page.getByRole('button', { name: 'Simpan isian', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Pintu baru' })).toBeVisible();
  await sync(page);
  await expect(page.getByText('Perbaikan diterima.')).toBeVisible();
  expect(await figuresOf(page.request, person)).toMatchObject({ entered: 1, submissions: 1, returned: 0 });
});

test('two tabs: one works, the other says so, and can take over', async ({ page, context }) => {
  const person = await newEnumerator(page.request);
  await enrol(page, person);
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
    await page.getByLabel('PIN', { exact: true }).fill('111222');
    await page.getByRole('button', { name: 'Buka' }).click();
    await expect(page.getByText(/PIN salah|Terlalu sering/)).toBeVisible();
    await expect(page.getByLabel('PIN', { exact: true })).toHaveValue('');
  }
  await page.getByLabel('PIN', { exact: true }).fill(PIN);
  await page.getByRole('button', { name: 'Buka' }).click();
  await expect(page.getByLabel('PIN', { exact: true })).toHaveValue('');
  await expect(page.getByText(/Terlalu sering salah/)).toBeVisible();
  await page.clock.fastForward(31_000);
  await page.getByLabel('PIN', { exact: true }).fill(PIN);
  await page.getByRole('button', { name: 'Buka' }).click();
  await expect(page.getByRole('button', { name: 'Pintu baru' })).toBeVisible();
});

test('a lock holds when the app is loaded again, and when the clock is set back', async ({ page }) => {
  const person = await newEnumerator(page.request);
  await page.clock.install();
  await enrol(page, person);
  const locked = page.getByRole('heading', { name: 'Terkunci' });
  const open = async () => {
    await page.getByLabel('PIN', { exact: true }).fill(PIN);
    await page.getByRole('button', { name: 'Buka' }).click();
    await expect(locked).toBeHidden();
  };
  await page.goto(`${DEMO}/lapangan/#/atur`);
  await page.getByRole('button', { name: 'Kunci sekarang' }).click();
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

test('a tablet that is signed out forgets, and the same person begins again on it @long', async ({
  page,
}) => {
  const person = await newEnumerator(page.request);
  await enrol(page, person);
  await interview(page, { name: 'Warung Keluar', owner: 'Kelana', nik: newNik() }, person.village);
  await sync(page);
  await page.getByRole('link', { name: 'Atur' }).click();
  await page.getByRole('button', { name: 'Keluar dari akun' }).click();
  await expect(page.getByText('Semua sudah aman di server.')).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Keluar dari akun' }).click();
  await expect(page.getByRole('heading', { name: 'Selamat datang, petugas' })).toBeVisible();
  const left = await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((done) => {
      const asking = indexedDB.open('kumkm-field');
      asking.onsuccess = () => done(asking.result);
    });
    const names = [...database.objectStoreNames];
    const counts = await Promise.all(
      names.map(
        (name) =>
          new Promise<number>((done) => {
            const counting = database.transaction(name).objectStore(name).count();
            counting.onsuccess = () => done(counting.result);
          }),
      ),
    );
    database.close();
    return Object.fromEntries(names.map((name, at) => [name, counts[at]]));
  });
  expect(left).toEqual({
    app: 0,
    blob: 0,
    content: 0,
    draft: 0,
    key: 0,
    listed: 0,
    meta: 1,
    photo: 0,
    photo_content: 0,
    record: 0,
  });
  await page.getByRole('button', { name: 'Kata sandi' }).click();
  await page.getByLabel('Nama pengguna').fill(person.username);
  await page.getByLabel('Kata sandi', { exact: true }).fill(OWN_PASSWORD);
  await page.getByLabel('Nama tablet ini').fill('Tablet uji');
  await page.getByRole('button', { name: 'Masuk', exact: true }).click();
  await choosePin(page);
});

test('a sealed backup is taken in by the next tablet, which sends what the first one could not @long', async ({
  page,
  browser,
}) => {
  const person = await newEnumerator(page.request);
  await enrol(page, person);
  const nobody = (url: URL) => url.pathname.startsWith('/v1/');
  await page.route(nobody, (route) => route.abort());
  await interview(page, { name: 'Warung Cadangan', owner: 'Cahya', nik: newNik() }, person.village);
  await newDoor(page, 'Usaha (UMKM)', person.village);
  await page.getByLabel(/^Nama usaha/).fill('Setengah Jadi');
  await expect(page.locator('[data-stored=true]')).toBeVisible();
  await page.goto(`${DEMO}/lapangan/#/atur`);
  await page.getByRole('button', { name: 'Simpan berkas cadangan' }).click();
  const code =
    (await page
      .getByRole('dialog')
      .getByText(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){4}$/)
      .textContent()) ?? '';
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Simpan berkas' }).click(),
  ]);
  const file = await download.path();
  expect(readFileSync(file).includes('Cadangan')).toBe(false);

  const admin = await asked(page.request, 'admin');
  const { items } = await admin.get('/v1/devices?limit=1000');
  const device = items.find((each: { enumerator?: { username: string }; username?: string }) =>
    JSON.stringify(each).includes(person.username),
  );
  expect((await admin.post(`/v1/devices/${device.id}/revoke`, { reason: 'Rusak' })).status()).toBeLessThan(
    300,
  );
  const other = await browser.newContext({ viewport: PHONE, locale: 'id-ID', baseURL: DEMO });
  const second = await other.newPage();
  await second.goto(`${DEMO}/lapangan/`);
  await second.getByRole('button', { name: 'Kata sandi' }).click();
  await second.getByLabel('Nama pengguna').fill(person.username);
  await second.getByLabel('Kata sandi', { exact: true }).fill(OWN_PASSWORD);
  await second.getByLabel('Nama tablet ini').fill('Tablet pengganti');
  await second.getByRole('button', { name: 'Masuk', exact: true }).click();
  await choosePin(second);
  await second.getByRole('link', { name: 'Atur' }).click();
  await second.getByRole('button', { name: 'Ambil berkas cadangan' }).click();
  await second.getByLabel('Berkas', { exact: true }).setInputFiles(file);
  await second.getByLabel('Kode pembuka').fill('0000-0000-0000-0000-0000');
  await second.getByRole('button', { name: 'Ambil', exact: true }).click();
  await expect(second.getByText('Kode salah, atau berkas rusak.')).toBeVisible();
  await second.getByLabel('Kode pembuka').fill(code.toLowerCase().replaceAll('-', ' '));
  await second.getByRole('button', { name: 'Ambil', exact: true }).click();
  await expect(second.getByText(/1 isian, 1 rancangan, 0 foto/)).toBeVisible();
  await second.getByRole('button', { name: 'Tutup' }).click();
  await sync(second);
  await expect(second.getByText('Warung Cadangan')).toBeVisible();
  expect((await figuresOf(page.request, person)).entered).toBe(1);
  await second.getByRole('link', { name: 'Tugas' }).click();
  await expect(second.getByRole('link', { name: /Setengah Jadi/ })).toBeVisible();
  await other.close();
});

test('a revoked tablet hands over what it has, and keeps it @long', async ({ page }) => {
  const person = await newEnumerator(page.request);
  await enrol(page, person);
  const nobody = (url: URL) => url.pathname.startsWith('/v1/');
  await page.route(nobody, (route) => route.abort());
  await interview(page, { name: 'Warung Dicabut', owner: 'Citra', nik: newNik() }, person.village);
  const admin = await asked(page.request, 'admin');
  const { items } = await admin.get('/v1/devices?limit=1000');
  const device = items.find((each: object) => JSON.stringify(each).includes(person.username));
  expect((await admin.post(`/v1/devices/${device.id}/revoke`, { reason: 'Hilang' })).status()).toBeLessThan(
    300,
  );
  await page.unroute(nobody);
  await sync(page);
  await expect(page.getByText(/Tablet ini dicabut/)).toBeVisible();
  await expect(page.getByText('Ditahan, menunggu keputusan')).toBeVisible();
  await expect(page.getByText('Warung Dicabut')).toBeVisible();
});

test('a full tablet says that the last stroke is not stored, and goes on when there is room @long', async ({
  page,
  context,
}) => {
  test.setTimeout(120_000);
  const person = await newEnumerator(page.request);
  await enrol(page, person);
  await newDoor(page, 'Usaha (UMKM)', person.village);
  await page.getByLabel(/^Nama usaha/).fill('Warung');
  await expect(page.locator('[data-stored=true]')).toBeVisible();
  const devtools = await context.newCDPSession(page);
  const origin = new URL(DEMO).origin;
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
  // The browser asks for the room that is left now and then only.
  const full = page.getByText(/isian terakhir TIDAK tersimpan/);
  let strokes = 0;
  await expect
    .poll(
      async () => {
        strokes += 1;
        await page.getByLabel(/^Nama usaha/).fill(`Warung ${strokes}`);
        return await full.isVisible();
      },
      { timeout: 45_000, intervals: [1_000] },
    )
    .toBe(true);
  await expect(page.locator('[data-stored=false]')).toBeVisible();
  // So does a page that writes when something is pressed, and the PIN.
  await page.goto(`${DEMO}/lapangan/#/tugas`);
  await page.getByRole('button', { name: 'Pintu baru' }).click();
  await page.getByRole('button', { name: 'Usaha (UMKM)', exact: true }).click();
  await expect(full).toHaveCount(1);
  await expect(page.getByRole('heading', { name: 'Pintu baru' })).toBeVisible();
  await page.goto(`${DEMO}/lapangan/#/atur`);
  await page.getByRole('button', { name: 'Kunci sekarang' }).click();
  await page.getByLabel('PIN', { exact: true }).fill(PIN);
  await page.getByRole('button', { name: 'Buka' }).click();
  await expect(page.getByLabel('PIN', { exact: true })).toHaveValue(''); // it was tried
  await expect(full).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Terkunci' })).toBeVisible();
  await devtools.send('Storage.overrideQuotaForOrigin', { origin });
  await page.getByLabel('PIN', { exact: true }).fill(PIN);
  await page.getByRole('button', { name: 'Buka' }).click();
  await page.goto(`${DEMO}/lapangan/#/tugas`);
  await page.getByRole('link', { name: /Warung/ }).click();
  await page.getByLabel(/^Nama usaha/).fill('Warung Penuh');
  await expect(page.locator('[data-stored=true]')).toBeVisible();
  await expect(page.getByText(/isian terakhir TIDAK tersimpan/)).toBeHidden();
  await page.reload();
  await expect(page.getByLabel(/^Nama usaha/)).toHaveValue('Warung Penuh');
});

/** A small disk for what a browser stores, which can be filled. Null where this account may mount nothing. */
function smallDisk(profile: string): { fill: () => void; free: () => void; end: () => void } | null {
  const disk = mkdtempSync(join(tmpdir(), 'kumkm-disk-'));
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=80m', 'tmpfs', disk]).status === 0;
  const end = () => {
    // What is left of a killed browser may still have files of it open.
    if (isMounted) spawnSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true, force: true });
  };
  if (!isMounted) {
    end();
    return null;
  }
  // The rest of the profile has room: with little on its disk Chromium clears all that nobody asked it to keep, and a headless one
  // cannot be asked. An app from the home screen asks, and is heard.
  mkdirSync(join(profile, 'Default'));
  for (const folder of ['IndexedDB', 'Service Worker', 'WebStorage']) {
    mkdirSync(join(disk, folder));
    symlinkSync(join(disk, folder), join(profile, 'Default', folder));
  }
  const ballast = join(disk, 'ballast');
  const fill = () => {
    for (const size of [1_000_000, 10_000, 500]) {
      const some = Buffer.alloc(size, 1);
      try {
        for (;;) appendFileSync(ballast, some);
      } catch {
        // no room for that much any more
      }
    }
  };
  return { fill, free: () => rmSync(ballast), end };
}

test('a disk that is really full takes nothing that was stored, however often the app is loaded again @long', async ({
  request,
}) => {
  test.setTimeout(240_000);
  const browser = new Killable();
  const disk = smallDisk(browser.profile);
  test.skip(disk === null, 'a file system of its own cannot be mounted by this account');
  if (disk === null) return;
  try {
    const person = await newEnumerator(request);
    let page = await browser.start();
    await enrol(page, person);
    await installed(page);
    await page.context().setOffline(true);
    await interview(page, { name: 'Warung Tersimpan', owner: 'Siti Aminah', nik: newNik() }, person.village);
    await newDoor(page, 'Usaha (UMKM)', person.village);
    for (let round = 0; round < 4; round += 1) {
      const stored = `Warung Rancangan ${round}`;
      await page.getByLabel(/^Nama usaha/).fill(stored);
      await expect(page.locator('[data-stored=true]')).toBeVisible();
      disk.fill();
      await page.waitForTimeout(2_500); // what was found of the room before holds for two seconds
      const closed = page.getByRole('heading', { name: 'Penyimpanan terputus' });
      await page.getByLabel(/^Nama usaha/).pressSequentially(' dan lebih panjang lagi');
      await expect(page.getByText(/isian terakhir TIDAK tersimpan/).or(closed)).toBeVisible();
      if (round % 2 === 1) {
        // As when another program takes the last room in the moment between trying and writing.
        expect(await page.evaluate(writeUntilFull)).toContain('NO_SPACE');
        await expect(closed).toBeVisible();
      }
      for (let load = 0; load < 2; load += 1) {
        // Without room for a page's own cache the browser may never say that it is loaded: what is seen counts.
        await page.reload({ waitUntil: 'commit', timeout: 15_000 }).catch(() => {});
        await expect(closed).toBeVisible();
        await expect(page.getByRole('button', { name: 'Coba lagi' })).toBeVisible();
      }
      disk.free();
      await page.getByRole('button', { name: 'Coba lagi' }).click();
      await expect(page.getByLabel(/^Nama usaha/)).toHaveValue(stored);
      // What is stored now is there after the next start, too.
      await page.getByLabel(/^Nama usaha/).fill(`${stored}, lagi`);
      await expect(page.locator('[data-stored=true]')).toBeVisible();
      await browser.kill();
      page = await browser.start();
      await page.context().setOffline(true);
      await page.goto(`${DEMO}/lapangan/#/kiriman`);
      await expect(page.getByText('Warung Tersimpan')).toBeVisible();
      await page.goto(`${DEMO}/lapangan/#/tugas`);
      await page.getByRole('link', { name: /Warung Rancangan/ }).click();
      await expect(page.getByLabel(/^Nama usaha/)).toHaveValue(`${stored}, lagi`);
    }
  } finally {
    await browser.end();
    disk.end();
  }
});

/** Write to the app's tables without a look at the room; what the browser says when there is none. */
function writeUntilFull(): Promise<string> {
  return new Promise((told) => {
    const opening = indexedDB.open('kumkm-field');
    opening.onsuccess = () => {
      const transaction = opening.result.transaction('app', 'readwrite', { durability: 'strict' });
      for (let at = 0; at < 20; at += 1) {
        const value = crypto.getRandomValues(new Uint8Array(50_000));
        transaction.objectStore('app').put(value, `full/${at}`);
      }
      transaction.onabort = () => told(String(transaction.error));
      transaction.oncomplete = () => told('written');
    };
  });
}
