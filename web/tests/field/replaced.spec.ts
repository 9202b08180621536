// A tablet that somebody leaves: signed out, revoked, and replaced by another one.

import { enrolByPassword, enrolled, enterByPassword, figuresOf, PHONE, sync } from '../support/field.ts';
import { interview, newDoor, newNik } from '../support/filling.ts';
import { backUp, cutOff, revoke, takeIn, unseal } from '../support/tablet.ts';
import { DEMO, expect, OWN_PASSWORD, test } from '../support/test.ts';

test.use({ viewport: PHONE });

test('a tablet that is signed out forgets, and the same person begins again on it @long', async ({
  page,
}) => {
  const person = await enrolled(page);
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
  await enterByPassword(page, person.username, OWN_PASSWORD);
});

test('a sealed backup is taken in by the next tablet, which sends what the first one could not @long', async ({
  page,
  browser,
}) => {
  const person = await enrolled(page);
  await cutOff(page);
  await interview(page, { name: 'Warung Cadangan', owner: 'Cahya', nik: newNik() }, person.village);
  await newDoor(page, 'Usaha (UMKM)', person.village);
  await page.getByLabel(/^Nama usaha/).fill('Setengah Jadi');
  await expect(page.locator('[data-stored=true]')).toBeVisible();
  const { file, code } = await backUp(page, 'Cadangan');

  await revoke(page.request, person.username);
  const other = await browser.newContext({ viewport: PHONE, locale: 'id-ID', baseURL: DEMO });
  const second = await other.newPage();
  await enrolByPassword(second, person.username, OWN_PASSWORD);
  await takeIn(second, { file, code: '0000-0000-0000-0000-0000' });
  await expect(second.getByText('Kode salah, atau berkas rusak.')).toBeVisible();
  await unseal(second, code.toLowerCase().replaceAll('-', ' '));
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
  const person = await enrolled(page);
  const reconnect = await cutOff(page);
  await interview(page, { name: 'Warung Dicabut', owner: 'Citra', nik: newNik() }, person.village);
  await revoke(page.request, person.username);
  await reconnect();
  await sync(page);
  await expect(page.getByText(/Tablet ini dicabut/)).toBeVisible();
  await expect(page.getByText('Ditahan, menunggu keputusan')).toBeVisible();
  await expect(page.getByText('Warung Dicabut')).toBeVisible();
});
