// Re-interviews: asked again without a signal and without the first answers, and safe at the server once and for all.

import type { Page } from '@playwright/test';
import { askedAgain, type First, filterOfOku, give, supervised } from '../support/again.ts';
import { asked } from '../support/api.ts';
import {
  enrol,
  enrolByPassword,
  installed,
  newEnumerator,
  PHONE,
  PHONE_IN_PLACE,
  recorded,
  sync,
} from '../support/field.ts';
import { foodStall, newDoor, next, store, toEnd } from '../support/filling.ts';
import { isSound } from '../support/sound.ts';
import { backUp, fillUp, revoke, takeIn } from '../support/tablet.ts';
import { DEMO, expect, OWN_PASSWORD, test } from '../support/test.ts';

test.use(PHONE_IN_PLACE);

const open = async (page: Page, name: string) =>
  await page
    .locator('section', { has: page.getByRole('heading', { name: /^Wawancara ulang/ }) })
    .getByRole('link', { name })
    .click();

/** Fill the form in, from its first page to the list of tasks. */
async function answer(page: Page, heard: First): Promise<void> {
  await page.getByLabel(/^Nama usaha/).fill(heard.name);
  await next(page);
  await foodStall(page, '56102 rumah');
  await next(page);
  await page.getByLabel(/^Nama pemilik/).fill(heard.owner);
  await page.getByLabel(/^NIK/).fill(heard.nik);
  await expect(page.getByText('Angka benar')).toBeVisible();
}

test('asked again without a signal and blind, every stroke kept, and seen by supervisors after the sync @long', async ({
  page,
  context,
}) => {
  test.setTimeout(150_000);
  const person = await newEnumerator(page.request);
  const [one, other, third] = await askedAgain(page.request, person, [
    'Warung Ulang',
    'Toko Hilang',
    'Kios Sepi',
  ]);
  if (one === undefined || other === undefined || third === undefined) throw new Error('three were drawn');
  // A filter is made every ten minutes: that of the morning has no number of this test.
  const [filter, known] = [await filterOfOku(page.request), await recorded(page.request, 'enumerator.62')];
  await page.route('**/v1/sync/known-identities?*', (route) => route.fulfill(filter));
  await enrol(page, person);
  await installed(page);
  await expect(page.getByRole('heading', { name: 'Wawancara ulang · 3' })).toBeVisible();
  await context.setOffline(true);
  await page.reload();
  await isSound(page, 'work');

  await open(page, one.name);
  await expect(page.getByText('Jawaban pertama sengaja tidak ditampilkan', { exact: false })).toBeVisible();
  await expect(page.getByText(one.owner)).toBeVisible();
  await expect(page.locator('body')).not.toContainText(one.nik);
  await isSound(page, 'to-do');
  await page.getByRole('button', { name: 'Mulai wawancara' }).click();
  await expect(page.getByRole('banner')).toContainText('Wawancara ulang · Bagian 1');
  await expect(page.getByLabel(/^Nama usaha/)).toHaveValue('');
  await page.getByLabel(/^Nama usaha/).fill('Warung Ula');
  await expect(page.locator('[data-stored=true]')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel(/^Nama usaha/)).toHaveValue('Warung Ula');
  // A number that is recorded: nobody is told so here, as everywhere else (below).
  await answer(page, { name: one.name, owner: known.name, nik: known.nik });
  await page.waitForTimeout(1_500); // it is looked up when somebody stops typing
  await expect(page.getByText(/mungkin SUDAH tercatat/)).toBeHidden();
  await page.getByLabel(/^Nama pemilik/).fill(one.owner);
  await page.getByLabel(/^NIK/).fill(one.nik);
  await toEnd(page);
  await expect(page.getByRole('heading', { name: 'Foto' })).toBeHidden();
  await page.getByRole('button', { name: 'Ambil titik' }).click();
  await expect(page.getByText(/Titik ditemukan/)).toBeVisible();
  await store(page);
  await expect(page.getByRole('banner')).toContainText('1 belum terkirim · Tanpa sinyal');

  await open(page, other.name);
  await page.getByRole('button', { name: 'Tidak ditemukan' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Ambil titik' }).click();
  await expect(dialog.getByText(/Titik ditemukan/)).toBeVisible();
  await isSound(page, 'not-found');
  await dialog.getByRole('button', { name: 'Simpan hasil' }).click();
  await open(page, third.name);
  await page.getByRole('button', { name: 'Tidak dapat ditemui' }).click();
  await dialog.getByRole('button', { name: 'Simpan hasil' }).click();
  await expect(page.getByRole('banner')).toContainText('3 belum terkirim');
  await newDoor(page, 'Usaha (UMKM)', person.village);
  await answer(page, { name: 'Warung Lain', owner: known.name, nik: known.nik });
  await expect(page.getByText(/mungkin SUDAH tercatat/)).toBeVisible();
  await page.goto(`${DEMO}/lapangan/#/kiriman`);
  await page.getByRole('link', { name: one.name }).click();
  await expect(page.getByText('BELUM di server', { exact: false })).toBeVisible();
  await isSound(page, 'queued');
  expect((await supervised(page.request, one.id)).result).toBeNull();

  await context.setOffline(false);
  await sync(page);
  await expect(page.getByText('Aman di server')).toHaveCount(2);
  await expect(page.getByRole('banner')).toContainText('Semua terkirim');
  await isSound(page, 'sent');
  expect(await supervised(page.request, one.id)).toMatchObject({
    ...{ state: 'done', result: 'done', version: 1, assignee: person.username, different: [] },
  });
  expect((await supervised(page.request, one.id)).compared).toBeGreaterThan(1);
  expect(await supervised(page.request, other.id)).toMatchObject({ state: 'done', result: 'not_found' });
  expect(await supervised(page.request, third.id)).toMatchObject({ state: 'assigned', result: 'absent' });
  const agreement = await (await asked(page.request, 'admin')).get(
    `/v1/quality/agreement?region=16.71&limit=1000`,
  );
  const { enumerator } = await supervised(page.request, one.id);
  expect(
    agreement.items.find((each: { enumerator: string }) => each.enumerator === enumerator),
  ).toMatchObject({
    ...{ drawn: 3, done: 2, interviewed: 1, not_found: 1, waiting: 1 },
  });
  await page.getByRole('link', { name: 'Tugas' }).click();
  await expect(page.getByRole('heading', { name: 'Wawancara ulang · 1' })).toBeVisible();
  await open(page, third.name);
  await expect(
    page.getByText('Kunjungan sebelumnya sudah tercatat di server.', { exact: false }),
  ).toBeVisible();
});

test('an answer that is lost on the way makes nothing double, and what is taken away counts when it is given back @long', async ({
  page,
}) => {
  test.setTimeout(150_000);
  const [person, colleague] = [await newEnumerator(page.request), await newEnumerator(page.request)];
  const [one, other] = await askedAgain(page.request, person, ['Warung Putus Ulang', 'Kios Pindah Tangan']);
  if (one === undefined || other === undefined) throw new Error('two were drawn');
  await enrol(page, person);
  let cuts = 0;
  // The server has it, and the tablet does not hear so.
  await page.route(`**/v1/sync/reinterviews/${one.id}`, async (route) => {
    const told = await route.fetch();
    cuts += 1;
    if (cuts === 1) return route.abort('connectionreset');
    if (cuts === 2) return route.fulfill({ response: told, body: (await told.text()).slice(0, 30) });
    return route.fulfill({ response: told });
  });
  await open(page, one.name);
  await page.getByRole('button', { name: 'Mulai wawancara' }).click();
  await answer(page, one);
  await toEnd(page);
  await store(page);
  await sync(page);
  await expect(page.getByText('Aman di server')).toHaveCount(1);
  expect(cuts).toBe(3);
  expect(await supervised(page.request, one.id)).toMatchObject({ version: 1, result: 'done' });

  await page.getByRole('link', { name: 'Tugas' }).click();
  await open(page, other.name);
  await page.getByRole('button', { name: 'Mulai wawancara' }).click();
  await answer(page, other);
  await toEnd(page);
  const admin = await asked(page.request, 'admin');
  await give(page.request, admin, other.id, colleague.username);
  await store(page);
  await page.goto(`${DEMO}/lapangan/#/kiriman`);
  await page.getByRole('button', { name: 'Kirim dan ambil' }).click();
  await expect(page.getByText(/1 menunggu dikirim/)).toBeVisible(); // it is here alone
  await page.getByRole('link', { name: other.name }).click();
  await expect(page.getByText('Petugas lain mengerjakannya sekarang.', { exact: false })).toBeVisible();
  await isSound(page, 'taken-away');
  expect((await supervised(page.request, other.id)).version).toBe(0);
  await give(page.request, admin, other.id, person.username);
  await sync(page);
  await expect(page.getByText('Aman di server')).toHaveCount(2);
  expect(await supervised(page.request, other.id)).toMatchObject({ version: 1, result: 'done' });
});

test('what the server finds wrong is named, corrected, and safe afterwards', async ({ page }) => {
  test.setTimeout(150_000);
  const person = await newEnumerator(page.request);
  const [one] = await askedAgain(page.request, person, ['Warung Salah Ulang']);
  if (one === undefined) throw new Error('one was drawn');
  await enrol(page, person);
  await open(page, one.name);
  await page.getByRole('button', { name: 'Mulai wawancara' }).click();
  await page.getByLabel(/^Nama usaha/).fill(one.name);
  await toEnd(page);
  await page.getByRole('button', { name: 'Simpan, walau perlu diperbaiki' }).click();
  await expect(page.getByRole('button', { name: 'Pintu baru' })).toBeVisible();
  await sync(page);
  expect((await supervised(page.request, one.id)).version).toBe(0);
  await page.getByRole('link', { name: /Warung Salah Ulang.*Perlu diperbaiki/s }).click();
  await expect(page.getByRole('alert')).toContainText('KBLI');
  await isSound(page, 'to-fix');
  await page.getByRole('button', { name: 'Perbaiki' }).click();
  await page.getByRole('button', { name: /KBLI/ }).click();
  await foodStall(page, '56102 rumah');
  await next(page);
  await page.getByLabel(/^NIK/).fill(one.nik);
  await toEnd(page);
  await page.getByRole('button', { name: /^Simpan (isian|walau)/ }).click();
  await expect(page.getByRole('button', { name: 'Pintu baru' })).toBeVisible();
  await sync(page);
  await expect(page.getByText('Aman di server')).toHaveCount(1);
  expect(await supervised(page.request, one.id)).toMatchObject({ version: 1, result: 'done' });
});

test('a revoked tablet keeps what was heard, and a backup brings it to the next one @long', async ({
  page,
  browser,
}) => {
  test.setTimeout(150_000);
  const person = await newEnumerator(page.request);
  const [one] = await askedAgain(page.request, person, ['Warung Cabut Ulang']);
  if (one === undefined) throw new Error('one was drawn');
  await enrol(page, person);
  await installed(page);
  await page.context().setOffline(true);
  await open(page, one.name);
  await page.getByRole('button', { name: 'Mulai wawancara' }).click();
  await answer(page, one);
  await toEnd(page);
  await store(page);
  const backup = await backUp(page, 'Warung');
  await revoke(page.request, person.username);
  await page.goto(`${DEMO}/lapangan/#/kiriman`);
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Kirim dan ambil' }).click();
  await expect(
    page.getByText('tidak dapat dikirim dari tablet yang dicabut', { exact: false }),
  ).toBeVisible();
  await expect(page.getByText('Menunggu dikirim', { exact: true })).toBeVisible();
  expect((await supervised(page.request, one.id)).version).toBe(0);

  const context = await browser.newContext({ viewport: PHONE, locale: 'id-ID', baseURL: DEMO });
  const second = await context.newPage();
  await enrolByPassword(second, person.username, OWN_PASSWORD);
  await takeIn(second, backup);
  await expect(second.getByText(/Diambil: 1 isian/)).toBeVisible();
  await second.getByRole('button', { name: 'Tutup' }).click();
  await sync(second);
  await expect(second.getByText('Aman di server')).toHaveCount(1);
  expect(await supervised(page.request, one.id)).toMatchObject({ version: 1, result: 'done' });
  await context.close();
});

test('a full tablet stores nothing and says so, and takes the result when there is room @long', async ({
  page,
  context,
}) => {
  test.setTimeout(150_000);
  const person = await newEnumerator(page.request);
  const [one, other] = await askedAgain(page.request, person, ['Warung Penuh Ulang', 'Kios Penuh Ulang']);
  if (one === undefined || other === undefined) throw new Error('two were drawn');
  await enrol(page, person);
  await open(page, one.name);
  await page.getByRole('button', { name: 'Mulai wawancara' }).click();
  const { makeRoom } = await fillUp(page, context);
  await page.goto(`${DEMO}/lapangan/#/tugas`);
  await open(page, other.name);
  await page.getByRole('button', { name: 'Tidak ditemukan' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Simpan hasil' }).click();
  await expect(dialog.getByText(/isian terakhir TIDAK tersimpan/)).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Simpan hasil' })).toBeEnabled();
  expect((await supervised(page.request, other.id)).version).toBe(0);
  await makeRoom();
  await dialog.getByRole('button', { name: 'Simpan hasil' }).click();
  await expect(page.getByRole('button', { name: 'Pintu baru' })).toBeVisible();
  await sync(page);
  expect(await supervised(page.request, other.id)).toMatchObject({ version: 1, result: 'not_found' });
});
