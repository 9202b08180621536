import type { APIRequestContext, Locator, Page } from '@playwright/test';
import { asked, type Person } from '../support/api.ts';
import { CAMPAIGN, choosePin, type Enumerator, installed, PHONE, recorded, sync } from '../support/field.ts';
import { foodStall, newDoor, newNik, next, store, toEnd } from '../support/filling.ts';
import { DEMO, expect, OWN_PASSWORD, test } from '../support/test.ts';

const FOLDER = '../../docs/pictures';
const NEXT_ROUND = 'pl-kumkm-2023';

test.use({
  viewport: PHONE,
  deviceScaleFactor: 2, // they are printed
  colorScheme: 'light',
  geolocation: { latitude: -4.1283, longitude: 104.1702, accuracy: 6.5 },
  permissions: ['geolocation'],
});

/** A new enumerator of the demo, with a card, who works in a village of another one: in its census and the next round. */
async function newcomer(request: APIRequestContext, village: string): Promise<Enumerator> {
  const admin = await asked(request, 'admin');
  const account = { username: 'sari.dewi', name: 'Sari Dewi', role: 'enumerator', region_code: '16.01' };
  const answer = await admin.post('/v1/accounts', account);
  expect(answer.status(), await answer.text()).toBe(201);
  const person: Person = { ...account, code: String((await answer.json()).activation_code) };
  for (const [campaign, starts_on] of [
    [CAMPAIGN, '2022-04-01'],
    [NEXT_ROUND, '2023-04-01'],
  ]) {
    const put = await request.put('/v1/assignments', {
      headers: { Authorization: `Bearer ${admin.token}` },
      data: { campaign, enumerator: person.username, region_code: village, starts_on },
    });
    expect(put.status(), await put.text()).toBe(200);
  }
  return { ...person, village };
}

/** As a browser says it to an app on the home screen: it clears nothing by itself. */
async function keepsEverything(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { targetInfo } = await session.send('Target.getTargetInfo');
  await session.send('Browser.setPermission', {
    origin: DEMO,
    permission: { name: 'persistent-storage' },
    setting: 'granted',
    ...(targetInfo.browserContextId === undefined ? {} : { browserContextId: targetInfo.browserContextId }),
  });
}

/** A stall under a blue sky, drawn: no photo of a real one is needed. */
async function stall(page: Page): Promise<Buffer> {
  const drawn = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1600, 1200];
    const pen = canvas.getContext('2d');
    if (pen === null) throw new Error('no canvas');
    const box = (colour: string, left: number, top: number, width: number, height: number) => {
      pen.fillStyle = colour;
      pen.fillRect(left, top, width, height);
    };
    const sky = pen.createLinearGradient(0, 0, 0, 800);
    sky.addColorStop(0, '#7fb8e6');
    sky.addColorStop(1, '#e4f1fb');
    pen.fillStyle = sky;
    pen.fillRect(0, 0, 1600, 1200);
    box('#8a9a5b', 0, 800, 1600, 400);
    box('#b9a58a', 0, 960, 1600, 240);
    box('#c98f5a', 320, 420, 960, 560);
    box('#5a3a22', 400, 520, 800, 260);
    box('#f2dfb8', 360, 780, 880, 70);
    for (let at = 0; at < 10; at += 1) {
      pen.fillStyle = at % 2 === 0 ? '#c8332b' : '#ffffff';
      pen.beginPath();
      pen.moveTo(300 + at * 100, 320);
      pen.lineTo(400 + at * 100, 320);
      pen.lineTo(420 + at * 100 - 10, 500);
      pen.lineTo(280 + at * 100 + 10, 500);
      pen.fill();
    }
    for (let at = 0; at < 8; at += 1)
      box(['#e0a030', '#3d8f5f', '#c8332b', '#3566a8'][at % 4] ?? '', 430 + at * 96, 620, 60, 160);
    box('#ffffff', 480, 220, 640, 100);
    pen.fillStyle = '#17233c';
    pen.font = 'bold 68px sans-serif';
    pen.textAlign = 'center';
    pen.fillText('Warung Bu Sari', 800, 294);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.9));
    return Array.from(new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0)));
  });
  return Buffer.from(drawn);
}

/** What is on the screen, with `at` in its upper part. */
async function draw(page: Page, name: string, at?: Locator): Promise<void> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  if (at === undefined) await page.evaluate(() => scrollTo(0, 0));
  else {
    await at.evaluate((it) => {
      it.scrollIntoView({ block: 'start' });
      const header = document.querySelector('header')?.getBoundingClientRect().bottom ?? 0;
      scrollBy(0, it.getBoundingClientRect().top - header - 16);
    });
  }
  await page.screenshot({ path: `${FOLDER}/panduan-${name}.png` });
}

/** A form of a business, from its first page to that of its owner. */
async function toOwner(page: Page, name: string, village: string): Promise<void> {
  await newDoor(page, 'Usaha (UMKM)', village);
  await page.getByLabel(/^Nama usaha/).fill(name);
  await next(page);
  await foodStall(page);
  await next(page);
}

test('the guide for enumerators: a first day on a phone', async ({ page }) => {
  const known = await recorded(page.request, 'enumerator.62');
  const person = await newcomer(page.request, known.village);
  await keepsEverything(page);
  await page.clock.setSystemTime('2022-09-13T09:12:00+07:00'); // the demo's day, in every drawing

  await page.goto(`${DEMO}/lapangan/`);
  await page.getByLabel('Nama pengguna').fill(person.username);
  await page.getByLabel('Kode aktivasi', { exact: true }).fill(person.code);
  await page.getByLabel(/^Kata sandi baru/).fill(OWN_PASSWORD);
  await page.getByLabel('Nama tablet ini').fill('Tablet 07 Sukaraya');
  await draw(page, 'masuk');
  await page.getByRole('button', { name: 'Masuk', exact: true }).click();
  await choosePin(page);
  await installed(page);

  await page.getByLabel('Kegiatan').selectOption(CAMPAIGN);
  await toOwner(page, 'Warung Bu Sari', person.village);
  await page.getByLabel(/^Nama pemilik/).fill('Sari Rahayu');
  await page.getByLabel(/^NIK/).fill(newNik());
  await expect(page.getByText('Angka benar')).toBeVisible();
  await expect(page.getByText('Tersimpan di tablet')).toBeVisible();
  await draw(page, 'nik');
  await toEnd(page);
  await page.getByRole('button', { name: 'Ambil titik' }).click();
  await expect(page.getByText(/Titik ditemukan/)).toBeVisible();
  const photo = { name: 'warung.jpg', mimeType: 'image/jpeg', buffer: await stall(page) };
  await page.getByLabel('Foto tempat usaha').setInputFiles(photo);
  await expect(page.getByRole('img', { name: 'Foto tempat usaha' })).toBeVisible();
  await draw(page, 'simpan', page.getByText(/Titik ditemukan/));
  await store(page);

  await toOwner(page, 'Warung Kedua', person.village);
  await page.getByLabel(/^Nama pemilik/).fill(known.name);
  await page.getByLabel(/^NIK/).fill(known.nik);
  await expect(page.getByText(/NIK ini mungkin SUDAH tercatat/)).toBeVisible();
  await draw(page, 'sudah-tercatat');
  await page.goto(`${DEMO}/lapangan/#/tugas`);

  await toOwner(page, 'Jahit Melati', person.village);
  await page.getByLabel(/^Nama pemilik/).fill('Melati Putri');
  await toEnd(page);
  await store(page);
  await sync(page);
  await expect(page.getByText('Aman di server')).toHaveCount(2);
  await draw(page, 'kiriman');

  await page.goto(`${DEMO}/lapangan/#/tugas`);
  await page.getByLabel('Kegiatan').selectOption(NEXT_ROUND);
  await page.locator('a[href^="#/pintu/"]').first().click();
  await page.getByRole('button', { name: 'Tidak dapat ditemui' }).click();
  await toEnd(page);
  await store(page);
  await expect(page.getByRole('heading', { name: 'Kunjungi lagi' })).toBeVisible();
  await draw(page, 'tugas');

  await page.goto(`${DEMO}/lapangan/#/atur`);
  await expect(page.getByText('Peramban menjaga data ini.')).toBeVisible();
  await draw(page, 'atur', page.getByText('Peramban menjaga data ini.'));
});
