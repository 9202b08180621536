// What an enumerator's day costs of a mobile network, counted on the wire: by the page and by its service worker, with headers.

import type { Page } from '@playwright/test';
import { asked, newPerson } from '../support/api.ts';
import { CAMPAIGN, enrol, installed, PHONE, sync } from '../support/field.ts';
import { foodStall, newDoor, newNik, next, store, toEnd } from '../support/filling.ts';
import { DEMO, expect, test } from '../support/test.ts';
import { Wire } from '../support/wire.ts';

test.use({
  viewport: PHONE,
  geolocation: { latitude: -4.1266, longitude: 104.1702, accuracy: 6.5 },
  permissions: ['geolocation'],
});

const MB = 1_000_000;
const MOST_MB = 15;
const INTERVIEWS = 30;
/** The app sends and fetches every ten minutes: eight hours. */
const SYNCS = 48;
/** By TLS, TCP and IP: 40 + 22 bytes for 1,400 of a segment, and a handshake of some kilobytes for each connection. */
const BELOW = 1.05;
const HANDSHAKE = 6_000;
const REGENCY = '16.01';
const VILLAGE = '16.01.14.1003';

/** A picture of five megapixels as full of detail as a street: the app has to press it as far as it does. */
function photo(page: Page, seed: number): Promise<string> {
  return page.evaluate((first) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [2592, 1944];
    const pen = canvas.getContext('2d');
    if (pen === null) throw new Error('nothing to draw on');
    let state = first * 2_654_435_761 + 1;
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    // Noise of every size, the finer the fainter, as of nature.
    for (let [cell, alpha] = [648, 1]; cell >= 4; cell /= 2, alpha *= 0.8) {
      const small = document.createElement('canvas');
      [small.width, small.height] = [Math.ceil(canvas.width / cell), Math.ceil(canvas.height / cell)];
      const paint = small.getContext('2d');
      const image = paint?.createImageData(small.width, small.height);
      if (paint == null || image === undefined) throw new Error('nothing to draw on');
      for (let at = 0; at < image.data.length; at += 1) image.data[at] = at % 4 === 3 ? 255 : random() * 256;
      paint.putImageData(image, 0, 0);
      pen.globalAlpha = alpha * 0.6;
      pen.drawImage(small, 0, 0, canvas.width, canvas.height);
    }
    return canvas.toDataURL('image/jpeg', 0.92).split(',')[1] ?? '';
  }, seed);
}

/** An interview with a point and both photos; what the two weigh, as the app shows it. */
async function whole(page: Page, serial: number): Promise<number> {
  await page.getByRole('link', { name: 'Tugas' }).click();
  await newDoor(page, 'Usaha (UMKM)', VILLAGE);
  await page.getByLabel(/^Nama usaha/).fill(`Warung Lalu Lintas ${serial}`);
  await page.getByLabel(/^Alamat usaha/).fill(`Jalan Lintas Sumatera Km ${serial}, RT 02 RW 04, Sukaraya`);
  await next(page);
  await foodStall(page);
  await next(page);
  await page.getByLabel(/^Nama pemilik/).fill(`Rukmini ${serial}`);
  await page.getByLabel(/^NIK/).fill(newNik());
  await toEnd(page);
  await page.getByRole('button', { name: 'Ambil titik' }).click();
  await expect(page.getByText(/Titik ditemukan/)).toBeVisible();
  for (const [at, name] of ['Foto tempat usaha', 'Foto produk'].entries()) {
    const buffer = Buffer.from(await photo(page, 2 * serial + at), 'base64');
    await page.getByLabel(name).setInputFiles({ name: 'p.jpg', mimeType: 'image/jpeg', buffer });
    await expect(page.getByRole('img', { name })).toBeVisible();
  }
  const sizes = (await page.locator('li').getByText(/ KB$/).allTextContents()).map((said) =>
    Number(/(\d+)\s*KB$/.exec(said)?.[1]),
  );
  await store(page);
  return sizes.reduce((one, other) => one + other, 0);
}

test('a day of 30 interviews with two photos each costs less than 15 MB, with everything that is fetched', {
  tag: '@alone',
}, async ({ page }) => {
  test.setTimeout(900_000);
  page.setDefaultTimeout(30_000);
  const person = { ...(await newPerson(page.request, 'enumerator')), village: VILLAGE };
  const admin = await asked(page.request, 'admin');
  const { items } = await admin.get(`/v1/accounts?username=${person.username}`);
  const moved = await page.request.patch(`/v1/accounts/${items[0].id}`, {
    headers: { Authorization: `Bearer ${admin.token}` },
    data: { region_code: REGENCY },
  });
  expect(moved.status(), await moved.text()).toBe(200);
  // A whole regency: the largest filter of known numbers, and all of its doors.
  const given = await page.request.put('/v1/assignments', {
    headers: { Authorization: `Bearer ${admin.token}` },
    data: {
      campaign: CAMPAIGN,
      enumerator: person.username,
      region_code: REGENCY,
      starts_on: '2022-04-01',
    },
  });
  expect(given.status(), await given.text()).toBe(200);

  const wire = new Wire(new URL(DEMO));
  const at = await wire.open();
  let filter = 0;
  page.on('response', async (answer) => {
    if (answer.url().includes('/v1/sync/known-identities') && answer.status() === 200)
      filter = (await answer.request().sizes()).responseBodySize;
  });
  const count = () => wire.carried.up + wire.carried.down;
  const told: string[] = [];
  const part = (name: string, before: number, times = 1) =>
    told.push(`${name}: ${((count() - before) / times / 1000).toFixed(0)} KB`);
  try {
    await enrol(page, person, at);
    await installed(page);
    await sync(page, at);
    expect(filter).toBeGreaterThan(10_000); // of the thousands that are recorded there
    part('the app, its reference data and the first sync', 0);

    let before = count();
    let pressed = 0;
    for (let serial = 1; serial <= INTERVIEWS; serial += 1) {
      pressed += await whole(page, serial);
      await sync(page, at);
    }
    part(
      `an interview with its photos (${(pressed / INTERVIEWS).toFixed(0)} KB) and a sync`,
      before,
      INTERVIEWS,
    );
    expect(pressed / INTERVIEWS).toBeGreaterThan(240); // of the 320 KB that the app lets two have: no small pictures

    before = count();
    for (let serial = INTERVIEWS; serial < SYNCS; serial += 1) await sync(page, at);
    part('a sync with nothing new', before, SYNCS - INTERVIEWS);

    expect(await recordedBy(person.username)).toBe(INTERVIEWS);
  } finally {
    wire.close();
  }
  // While others work, the filter is another one at each sync.
  const counted = count() + SYNCS * filter;
  const all = counted * BELOW + wire.connections * HANDSHAKE;
  told.push(`the filter: ${(filter / 1000).toFixed(0)} KB, ${SYNCS} times`);
  told.push(`${wire.connections} connections; up ${wire.carried.up}, down ${wire.carried.down} bytes`);
  told.push(`the day: ${(all / MB).toFixed(2)} MB`);
  console.log(told.join('\n'));
  expect(all).toBeLessThan(MOST_MB * MB);

  async function recordedBy(username: string): Promise<number> {
    const figures = await admin.get(
      `/v1/progress/enumerators?region=${REGENCY}&campaign=${CAMPAIGN}&limit=1000`,
    );
    const row = figures.items.find(
      (each: { enumerator: { username: string } }) => each.enumerator.username === username,
    );
    return row?.entered ?? 0;
  }
});
