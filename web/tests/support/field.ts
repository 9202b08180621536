import { type APIRequestContext, type Browser, expect, type Page } from '@playwright/test';
import { asked, newPerson, OWN_PASSWORD, type Person } from './api.ts';
import { DEMO } from './settings.ts';
import { signInNew } from './test.ts';

export const CAMPAIGN = 'pl-kumkm-2022';
export const PIN = '258036';
/** A phone in the hand. */
export const PHONE = { width: 360, height: 780 };
/** With one who stands in Palembang. */
export const PHONE_IN_PLACE = {
  viewport: PHONE,
  geolocation: { latitude: -2.99, longitude: 104.75, accuracy: 6.5 },
  permissions: ['geolocation'],
};

export interface Enumerator extends Person {
  readonly village: string;
}

let made = 0;

/** An enumerator whom only one test knows, in a village of a regency that no other test looks at. */
export async function newEnumerator(request: APIRequestContext): Promise<Enumerator> {
  const person = await newPerson(request, 'enumerator');
  const admin = await asked(request, 'admin');
  const villages: readonly { readonly code: string }[] = (await admin.get('/v1/regions?parent=16.71.01'))
    .items;
  const village = villages[made % villages.length]?.code ?? '';
  made += 1;
  const row = {
    campaign: CAMPAIGN,
    enumerator: person.username,
    region_code: village,
    starts_on: '2022-04-01',
  };
  const headers = { Authorization: `Bearer ${admin.token}` };
  const answer = await request.put('/v1/assignments', { headers, data: row });
  expect(answer.status(), await answer.text()).toBe(200);
  return { ...person, village };
}

/** By the activation code of the card, with a password and a PIN of one's own. */
export async function enrol(page: Page, person: Person, at = DEMO): Promise<void> {
  await page.goto(`${at}/lapangan/`);
  await page.getByLabel('Nama pengguna').fill(person.username);
  await page.getByLabel('Kode aktivasi', { exact: true }).fill(person.code);
  await page.getByLabel(/^Kata sandi baru/).fill(OWN_PASSWORD);
  await page.getByLabel('Nama tablet ini').fill('Tablet uji');
  await page.getByRole('button', { name: 'Masuk', exact: true }).click();
  await choosePin(page);
}

/** A new enumerator with a tablet: where most tests begin. */
export async function enrolled(page: Page): Promise<Enumerator> {
  const person = await newEnumerator(page.request);
  await enrol(page, person);
  return person;
}

export async function choosePin(page: Page): Promise<void> {
  await expect(page.getByLabel('Ulangi PIN')).toBeVisible({ timeout: 20_000 }); // a locked page has a field for a PIN, too
  await page.getByLabel('PIN', { exact: true }).fill(PIN);
  await page.getByLabel('Ulangi PIN').fill(PIN);
  await page.getByRole('button', { name: 'OK' }).click();
  await expect(page.getByRole('button', { name: 'Pintu baru' })).toBeVisible();
}

/** With the password of the account, on a tablet that takes the place of another one, or of none. */
export async function enrolByPassword(page: Page, username: string, password: string): Promise<void> {
  await page.goto(`${DEMO}/lapangan/`);
  await enterByPassword(page, username, password);
}

/** The same, where the app asks who works with it. */
export async function enterByPassword(page: Page, username: string, password: string): Promise<void> {
  await page.getByRole('button', { name: 'Kata sandi' }).click();
  await page.getByLabel('Nama pengguna').fill(username);
  await page.getByLabel('Kata sandi', { exact: true }).fill(password);
  await page.getByLabel('Nama tablet ini').fill('Tablet uji');
  await page.getByRole('button', { name: 'Masuk', exact: true }).click();
  await choosePin(page);
}

/** The app can start without a signal from now on. */
export async function installed(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    while ((await caches.keys()).length === 0) await new Promise((later) => setTimeout(later, 50));
  });
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
}

/** Owner and NIK of a business that an enumerator of the demo recorded, and its village. */
export async function recorded(
  request: APIRequestContext,
  enumerator: string,
): Promise<{ name: string; nik: string; village: string }> {
  const officer = await asked(request, 'privacy.oku');
  const { items } = await officer.get(
    `/v1/businesses?enumerator=${enumerator}&kind=umkm&limit=20&campaign=${CAMPAIGN}`,
  );
  const headers = { Authorization: `Bearer ${officer.token}`, 'X-Access-Reason': 'Uji coba tablet' };
  for (const { id } of items) {
    const { answers, region_code } = await (await request.get(`/v1/businesses/${id}`, { headers })).json();
    if (/^\d{16}$/.test(answers.owner?.nik ?? '')) return { ...answers.owner, village: region_code };
  }
  throw new Error('no business with a NIK');
}

/** Send and fetch, and wait until it is done. */
export async function sync(page: Page, at = DEMO): Promise<void> {
  await page.goto(`${at}/lapangan/#/kiriman`);
  const button = page.getByRole('button', { name: 'Kirim dan ambil' });
  await button.click();
  await expect(button).toBeEnabled({ timeout: 30_000 });
  await expect(page.getByText(/0 menunggu dikirim/)).toBeVisible({ timeout: 30_000 });
}

/** What the API says of an enumerator's work. */
// biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what a test asks about
export async function figuresOf(request: APIRequestContext, person: Person): Promise<any> {
  const admin = await asked(request, 'admin');
  const told = await admin.get(`/v1/progress/enumerators?region=16.71&campaign=${CAMPAIGN}&limit=1000`);
  return told.items.find(
    (each: { enumerator: { username: string } }) => each.enumerator.username === person.username,
  );
}

export interface NewCode {
  readonly code: string;
  /** The QR as the control room shows it, with its white margin. */
  readonly qr: Buffer;
}

/** An officer makes a new activation code for somebody, in the control room. */
export async function newCode(browser: Browser, person: Person): Promise<NewCode> {
  const office = await browser.newContext({ baseURL: DEMO, locale: 'id-ID', deviceScaleFactor: 2 });
  const page = await office.newPage();
  await signInNew(page, '/orang');
  await page.getByLabel('Cari nama atau nama pengguna').fill(person.username);
  await page.getByRole('row').filter({ hasText: person.username }).getByRole('button').click();
  await page.getByRole('button', { name: 'Kode aktivasi baru' }).click();
  await expect(page.getByText('Isian di tabletnya tetap ada.')).toBeVisible();
  await page.getByRole('dialog').last().getByRole('button', { name: 'Kode aktivasi baru' }).click();
  const code = (await page.locator('output').textContent()) ?? '';
  const qr = await page.getByRole('img', { name: 'QR kartu aktivasi' }).screenshot();
  await office.close();
  return { code, qr };
}
