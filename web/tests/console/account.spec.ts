import type { Page } from '@playwright/test';
import { asked } from '../support/api.ts';
import { DEMO, enter, expect, OWN_PASSWORD, signInNew, test } from '../support/test.ts';

const again = (page: Page) => page.getByRole('dialog', { name: 'Masuk lagi' });
const passkeys = (page: Page) => page.getByRole('region', { name: 'Kunci sandi' });
const sessions = (page: Page) => page.getByRole('region', { name: 'Tempat Anda masuk' });

// Passkeys are for names, not for addresses.
const SITE = DEMO.replace('127.0.0.1', 'localhost');

async function signOut(page: Page): Promise<void> {
  await page.getByRole('banner').getByRole('button', { name: /Akun/ }).click();
  await page.getByRole('menuitem', { name: 'Keluar' }).click();
  await expect(page.getByRole('button', { name: 'Masuk dengan kunci sandi' })).toBeVisible();
}

/** A device that has passkeys; whoever holds it is its owner. */
async function withDevice(page: Page) {
  const line = await page.context().newCDPSession(page);
  await line.send('WebAuthn.enable');
  const { authenticatorId } = await line.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.addInitScript(() => {
    const { credentials } = navigator;
    const get = credentials.get.bind(credentials);
    credentials.get = (options) => {
      const answer = get(options);
      document.documentElement.dataset.asked = 'yes';
      return answer;
    };
  });
  return {
    /** The page has asked for a passkey. */
    isAsked: async () => await page.locator('html[data-asked]').waitFor({ state: 'attached' }),
    keys: async () => (await line.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    isTouched: async (enabled: boolean) =>
      await line.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
    isOwner: async (isUserVerified: boolean) =>
      await line.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
  };
}

test('a passkey is added, signs in, gets another name, and once removed signs in no more', {
  tag: '@long',
}, async ({ page }) => {
  const device = await withDevice(page);
  await signInNew(page, `${SITE}/akun`);
  await expect(passkeys(page).getByText('Belum ada kunci sandi.')).toBeVisible();
  await passkeys(page).getByRole('button', { name: 'Tambah kunci sandi' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Nama kunci sandi').fill('<b>Laptop</b> kantor');
  await device.isOwner(false);
  await dialog.getByRole('button', { name: 'Lanjut' }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await device.isOwner(true);
  await dialog.getByRole('button', { name: 'Lanjut' }).click();
  await expect(dialog).toBeHidden();
  const row = passkeys(page).getByRole('listitem');
  await expect(row).toContainText('<b>Laptop</b> kantor');
  await expect(row).toContainText('Belum pernah dipakai');
  expect((await device.keys()).length).toBe(1);

  await passkeys(page).getByRole('button', { name: 'Tambah kunci sandi' }).click();
  await dialog.getByLabel('Nama kunci sandi').fill('Sekali lagi');
  await dialog.getByRole('button', { name: 'Lanjut' }).click();
  await expect(dialog.getByRole('alert')).toContainText('sudah punya kunci sandi');
  await dialog.getByRole('button', { name: 'Batal' }).click();

  await device.isTouched(false); // what the browser offers beside the user name is not taken
  await signOut(page);
  await device.isAsked(); // else that question comes later, and is answered by the touch that the click waits for
  await device.isTouched(true);
  await page.getByRole('button', { name: 'Masuk dengan kunci sandi' }).click();
  await expect(row).toContainText('Terakhir dipakai');
  await expect(sessions(page).getByRole('listitem').filter({ hasText: 'Sesi ini' })).toContainText(
    'dengan kunci sandi',
  );
  await row.getByRole('button', { name: /^Ganti nama/ }).click();
  await dialog.getByLabel('Nama kunci sandi').fill('HP saya');
  await dialog.getByRole('button', { name: 'Ganti nama' }).click();
  await expect(row).toContainText('HP saya');
  await row.getByRole('button', { name: /^Hapus/ }).click();
  await dialog.getByRole('button', { name: 'Hapus' }).click();
  await expect(passkeys(page).getByText('Belum ada kunci sandi.')).toBeVisible();

  await signOut(page); // it is offered beside the user name, and taken: without a click
  await expect(page.getByRole('alert')).toContainText('Kunci sandi ditolak');
});

test('where the browser offers a passkey beside the user name, it signs in; one of another account does not go on', {
  tag: '@long',
}, async ({ page }) => {
  const device = await withDevice(page);
  await signInNew(page, `${SITE}/akun`);
  await passkeys(page).getByRole('button', { name: 'Tambah kunci sandi' }).click();
  await page.getByLabel('Nama kunci sandi').fill('Kunci');
  await page.getByRole('button', { name: 'Lanjut' }).click();
  await expect(passkeys(page).getByText('Belum pernah dipakai')).toBeVisible();
  await page.context().clearCookies();
  await page.reload();
  await expect(passkeys(page).getByText('Terakhir dipakai')).toBeVisible();

  await device.isTouched(false);
  await page.context().clearCookies();
  const other = await signInNew(page, `${SITE}/akun`);
  await expect(page.getByText(other.username)).toBeVisible();
  await device.isTouched(true);
  await page.context().clearCookies();
  await page.route('**/v1/progress/**', (route) => route.fulfill({ status: 401, json: {} }));
  await page.getByRole('link', { name: 'Ringkasan' }).click();
  await expect(again(page).getByRole('alert')).toContainText('milik akun lain');
});

test('another password is refused where it is weak or the present one is wrong; then only this page goes on', {
  tag: '@long',
}, async ({ page, browser, request }) => {
  const { username } = await signInNew(page, '/akun');
  const elsewhere = await asked(request, username, OWN_PASSWORD);
  const form = page.getByRole('region', { name: 'Kata sandi', exact: true });
  const next = 'ayam terbang pagi sekali';
  const type = async (current: string, password: string) => {
    await form.getByLabel('Kata sandi sekarang').fill(current);
    await form.getByLabel('Kata sandi baru', { exact: true }).fill(password);
    await form.getByLabel('Ulangi kata sandi baru').fill(password);
    await form.getByRole('button', { name: 'Simpan kata sandi' }).click();
  };
  await type('bukan itu', next);
  await expect(form.getByRole('alert')).toContainText('kata sandi salah');
  await expect(form.getByLabel('Kata sandi baru', { exact: true })).toHaveValue(next);
  await type(OWN_PASSWORD, username.padEnd(12, '1'));
  await expect(form.getByLabel('Kata sandi baru', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await type(OWN_PASSWORD, next);
  await expect(form.getByRole('status')).toContainText('Kata sandi sudah diganti.');
  await expect(sessions(page).getByRole('listitem')).toHaveCount(1);
  expect((await elsewhere.call('GET', '/v1/me')).status()).toBe(401);
  const stranger = await browser.newContext({ baseURL: DEMO });
  for (const [password, status] of [
    [OWN_PASSWORD, 400],
    [next, 200],
  ] as const) {
    const answer = await stranger.request.post('/v1/auth/session', {
      headers: { 'X-KUMKM-Session': '1', Origin: DEMO },
      data: { grant: 'password', username, password },
    });
    expect(answer.status()).toBe(status);
  }
  await stranger.close();
});

test('where one is signed in is seen; one is ended, then all, and each page says so', {
  tag: '@long',
}, async ({ page, browser }) => {
  const { username } = await signInNew(page, '/akun');
  const others = await browser.newContext({
    baseURL: DEMO,
    locale: 'id-ID',
    userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1',
    viewport: { width: 360, height: 780 },
  });
  const phone = await others.newPage();
  const grant = { grant: 'password', username, password: OWN_PASSWORD };
  await enter(phone, grant, '/akun');
  expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  for (const button of await phone.getByRole('main').getByRole('button').filter({ hasText: /./ }).all()) {
    expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  }
  await page.reload();
  const row = sessions(page).getByRole('listitem').filter({ hasText: 'Safari, iPhone' });
  await expect(row).toContainText('dengan kata sandi');
  await row.getByRole('button', { name: 'Akhiri Safari, iPhone' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Akhiri' }).click();
  await expect(row).toHaveCount(0);
  await phone.getByRole('link', { name: 'Ringkasan' }).click();
  await expect(again(phone)).toBeVisible();
  await again(phone).getByLabel('Kata sandi', { exact: true }).fill(OWN_PASSWORD);
  await again(phone).getByRole('button', { name: 'Masuk', exact: true }).click();
  await expect(again(phone)).toBeHidden();

  await sessions(page).getByRole('button', { name: 'Keluar di semua tempat' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keluar di semua tempat' }).click();
  await expect(page.getByRole('heading', { name: 'Masuk ke ruang kendali' })).toBeVisible();
  await phone.getByRole('link', { name: 'Petugas' }).click();
  await expect(again(phone)).toBeVisible();
  await others.close();
});
