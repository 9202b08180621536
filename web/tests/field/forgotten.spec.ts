// A password that was forgotten, on a tablet with work that was not sent yet.

import type { Page } from '@playwright/test';
import { asked, type Person } from '../support/api.ts';
import {
  choosePin,
  enrol,
  enrolled,
  figuresOf,
  installed,
  newCode,
  newEnumerator,
  PHONE,
  sync,
} from '../support/field.ts';
import { foodStall, interview, newDoor, newNik, next, store, toEnd } from '../support/filling.ts';
import { cutOff, lock } from '../support/tablet.ts';
import { DEMO, expect, OWN_PASSWORD, test } from '../support/test.ts';

test.use({ viewport: PHONE });

const NEW_PASSWORD = 'empat ekor kuda laut';
const FORGOTTEN = 'Lupa kata sandi? Masuk dengan kode dari kantor';

async function byCode(page: Page, username: string, code: string, password = NEW_PASSWORD): Promise<void> {
  await page.getByLabel('Nama pengguna').fill(username);
  await page.getByLabel('Kode aktivasi', { exact: true }).fill(code);
  await page.getByLabel(/^Kata sandi baru/).fill(password);
  await page.getByRole('button', { name: 'Masuk', exact: true }).click();
}

/** A finished interview with a photo, and a form that is not finished. */
async function work(page: Page, village: string): Promise<void> {
  await interview(page, { name: 'Warung Lupa', owner: 'Lestari', nik: newNik() }, village);
  const jpeg = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [400, 300];
    canvas.getContext('2d')?.fillRect(40, 30, 200, 100);
    return canvas.toDataURL('image/jpeg').split(',')[1] ?? '';
  });
  await newDoor(page, 'Usaha (UMKM)', village);
  await page.getByLabel(/^Nama usaha/).fill('Toko Berfoto');
  await next(page);
  await foodStall(page);
  await toEnd(page);
  const file = { name: 'p.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(jpeg, 'base64') };
  await page.getByLabel('Foto tempat usaha').setInputFiles(file);
  await expect(page.getByRole('img', { name: 'Foto tempat usaha' })).toBeVisible();
  await page.getByRole('button', { name: 'Simpan isian', exact: true }).click();
  await newDoor(page, 'Usaha (UMKM)', village);
  await page.getByLabel(/^Nama usaha/).fill('Setengah Jadi');
  await expect(page.locator('[data-stored=true]')).toBeVisible();
}

async function devicesOf(page: Page, person: Person): Promise<{ id: string }[]> {
  const admin = await asked(page.request, 'admin');
  const { items } = await admin.get('/v1/devices?limit=1000');
  return items.filter((each: { username: string }) => each.username === person.username);
}

test('a forgotten password is replaced by a code of one’s own, another’s is refused, and what was typed is still there @long', async ({
  page,
}) => {
  const [person, other] = [await newEnumerator(page.request), await newEnumerator(page.request)];
  await enrol(page, person);
  await newDoor(page, 'Usaha (UMKM)', person.village);
  await page.getByLabel(/^Nama usaha/).fill('Setengah Jadi');
  await expect(page.locator('[data-stored=true]')).toBeVisible();
  await lock(page);
  await page.goto(`${DEMO}/lapangan/#/tugas`);
  const admin = await asked(page.request, 'admin');
  const { items } = await admin.get(`/v1/accounts?username=${person.username}`);
  const code = (await (await admin.post(`/v1/accounts/${items[0].id}/credentials`, {})).json())
    .activation_code;
  await page.getByRole('button', { name: /^Lupa PIN/ }).click();
  await page.getByRole('button', { name: FORGOTTEN }).click();
  await byCode(page, other.username, other.code);
  await expect(page.getByRole('alert').filter({ hasText: `Kode ini untuk ${other.username}` })).toBeVisible();
  await byCode(page, person.username, other.code);
  await expect(page.getByText(/Kode ini salah.*atau milik akun lain/)).toBeVisible();
  // All answers are lost from the one on that says that the code was taken, and the app is ended: the code is good once.
  await page.route('**/v1/auth/*', async (route) => {
    await route.fetch();
    await route.abort('connectionreset');
  });
  await byCode(page, person.username, code);
  await expect(page.getByText(/Server tidak terjangkau/)).toBeVisible({ timeout: 45_000 });
  await page.unroute('**/v1/auth/*');
  await page.reload();
  await page.getByRole('button', { name: /^Lupa PIN/ }).click();
  await page.getByRole('button', { name: FORGOTTEN }).click();
  await byCode(page, person.username, code);
  await choosePin(page);
  await page.getByRole('link', { name: /Setengah Jadi/ }).click();
  await expect(page.getByLabel(/^Nama usaha/)).toHaveValue('Setengah Jadi');
});

test('who forgot the password signs in by a code of the office, and all that was on the tablet reaches the server @long', async ({
  page,
  context,
  browser,
}) => {
  test.setTimeout(120_000);
  const [person, other] = [await newEnumerator(page.request), await newEnumerator(page.request)];
  await enrol(page, person);
  await installed(page);
  const before = await devicesOf(page, person);
  expect(before).toHaveLength(1);
  await context.setOffline(true);
  await work(page, person.village);
  await lock(page);
  const { code } = await newCode(browser, person);
  await context.setOffline(false);
  await page.getByRole('button', { name: /^Lupa PIN/ }).click();
  await page.getByLabel('Kata sandi', { exact: true }).fill(OWN_PASSWORD);
  await page.getByRole('button', { name: 'Masuk', exact: true }).click();
  await expect(page.getByText(/kata sandi salah.*Minta kode baru dari kantor/)).toBeVisible();
  await page.getByRole('button', { name: FORGOTTEN }).click();

  // Another person's code: the app itself refuses where it sees whose it is, and the server where it does not.
  const said: string[] = [];
  page.on('request', (request) => said.push(request.postData() ?? ''));
  await byCode(page, other.username, other.code);
  const refusal = `Kode ini untuk ${other.username}, tetapi tablet ini milik ${person.username}.`;
  await expect(page.getByRole('alert').filter({ hasText: refusal })).toBeVisible();
  // What the app asks by itself as it is in the network again, such as a new token, says nothing of it.
  expect(said.filter((body) => body.includes(other.code) || body.includes(other.username))).toEqual([]);
  await byCode(page, person.username, other.code);
  await expect(
    page.getByText(/Kode ini salah.*atau milik akun lain.*Isian di tablet tetap ada/),
  ).toBeVisible();
  await byCode(page, person.username, code, 'aaaaaaaaaaaa');
  await expect(page.getByText(/Kata sandi baru ini tidak diterima/)).toBeVisible();

  // The answer is lost that says that the code was taken: it is good once.
  let lost = 0;
  await page.route('**/v1/auth/password', async (route) => {
    const answer = await route.fetch();
    lost += 1;
    return lost === 1 ? route.abort('connectionreset') : route.fulfill({ response: answer });
  });
  await byCode(page, person.username.toUpperCase(), code.toLowerCase());
  await expect(page.getByLabel('Ulangi PIN')).toBeVisible({ timeout: 20_000 });
  expect(lost).toBe(2);
  await page.getByLabel('PIN', { exact: true }).fill('369147');
  await page.getByLabel('Ulangi PIN').fill('369147');
  await page.getByRole('button', { name: 'OK' }).click();

  await page.goto(`${DEMO}/lapangan/#/tugas`);
  await expect(page.getByRole('link', { name: /Setengah Jadi/ })).toBeVisible();
  await sync(page);
  await expect(page.getByText('Aman di server')).toHaveCount(2);
  await page.goto(`${DEMO}/lapangan/#/tugas`);
  await page.getByRole('link', { name: /Setengah Jadi/ }).click();
  await next(page);
  await foodStall(page);
  await toEnd(page);
  await store(page);
  await sync(page);
  await expect(page.getByText('Aman di server')).toHaveCount(3);
  expect(await figuresOf(page.request, person)).toMatchObject({ entered: 3, submissions: 3, duplicates: 0 });
  expect((await figuresOf(page.request, other)).submissions).toBe(0);
  expect(await devicesOf(page, person)).toMatchObject([{ id: before[0]?.id }]); // the same tablet to the server
  const admin = await asked(page.request, 'admin');
  const found = await admin.get(`/v1/businesses?enumerator=${person.username}&q=Toko+Berfoto`);
  const photos = await admin.get(`/v1/submissions/${found.items[0].record_id}/attachments`);
  expect(photos).toHaveLength(1);
});

test('where the session is over, a code of the office does as well, and sending goes on by itself @long', async ({
  page,
  browser,
}) => {
  const person = await enrolled(page);
  const reconnect = await cutOff(page);
  await interview(page, { name: 'Warung Sesi', owner: 'Sekar', nik: newNik() }, person.village);
  const { code } = await newCode(browser, person);
  await reconnect();
  await page.goto(`${DEMO}/lapangan/#/kiriman`);
  await page.getByRole('button', { name: 'Kirim dan ambil' }).click();
  await expect(page.getByText(/^Sesi berakhir/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('Warung Sesi')).toBeVisible();
  await page.getByRole('button', { name: FORGOTTEN }).click();
  await byCode(page, person.username, code);
  await expect(page.getByText('Aman di server')).toHaveCount(1, { timeout: 30_000 });
  expect((await figuresOf(page.request, person)).entered).toBe(1);
  // The code is used up, and the new password is the account's.
  await lock(page);
  await page.goto(`${DEMO}/lapangan/#/tugas`);
  await page.getByRole('button', { name: /^Lupa PIN/ }).click();
  await page.getByLabel('Kata sandi', { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Masuk', exact: true }).click();
  await choosePin(page);
});
