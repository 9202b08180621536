// A tablet without room: the app says what is not stored, and nothing is lost that was.

import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enrol, enrolled, installed, newEnumerator, PHONE } from '../support/field.ts';
import { interview, newDoor, newNik } from '../support/filling.ts';
import { Killable } from '../support/killable.ts';
import { fillUp, lock, unlock } from '../support/tablet.ts';
import { DEMO, expect, test } from '../support/test.ts';

test.use({ viewport: PHONE });

test('a full tablet says that the last stroke is not stored, and goes on when there is room @long', async ({
  page,
  context,
}) => {
  test.setTimeout(120_000);
  const person = await enrolled(page);
  await newDoor(page, 'Usaha (UMKM)', person.village);
  const { told: full, makeRoom } = await fillUp(page, context);
  await expect(page.locator('[data-stored=false]')).toBeVisible();
  // So does a page that writes when something is pressed, and the PIN.
  await page.goto(`${DEMO}/lapangan/#/tugas`);
  await page.getByRole('button', { name: 'Pintu baru' }).click();
  await page.getByRole('button', { name: 'Usaha (UMKM)', exact: true }).click();
  await expect(full).toHaveCount(1);
  await expect(page.getByRole('heading', { name: 'Pintu baru' })).toBeVisible();
  await lock(page);
  await unlock(page);
  await expect(page.getByLabel('PIN', { exact: true })).toHaveValue(''); // it was tried
  await expect(full).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Terkunci' })).toBeVisible();
  await makeRoom();
  await unlock(page);
  await page.goto(`${DEMO}/lapangan/#/tugas`);
  await page.getByRole('link', { name: /Warung/ }).click();
  await page.getByLabel(/^Nama usaha/).fill('Warung Penuh');
  await expect(page.locator('[data-stored=true]')).toBeVisible();
  await expect(full).toBeHidden();
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
