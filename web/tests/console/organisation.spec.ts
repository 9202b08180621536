import type { Server } from 'node:http';
import type { Page } from '@playwright/test';
import { asked } from '../support/api.ts';
import { organisation } from '../support/organisation.ts';
import { DEMO, ISSUER, SERVED_BY_US } from '../support/settings.ts';
import { expect, findings, OWN_PASSWORD, signInNew, test } from '../support/test.ts';

test.skip(!SERVED_BY_US, 'a demo that was started otherwise knows no organisation');
test.describe.configure({ mode: 'serial' });

let provider: Server | undefined;

test.afterAll(() => {
  provider?.closeAllConnections();
  provider?.close();
});

const ENTER = 'Masuk dengan SSO Kabupaten OKU';

/** Type a name at the organisation, and agree. */
async function atOrganisation(page: Page, name: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(name);
  await page.getByPlaceholder('and password').fill('apa saja');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

async function byPassword(page: Page, username: string, password: string): Promise<void> {
  await page.getByLabel('Nama pengguna').fill(username);
  await page.getByLabel('Kata sandi', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Masuk', exact: true }).click();
}

test('while the provider is away the page says so, and passwords go on working', { tag: '@long' }, async ({
  page,
}) => {
  await page.goto('/');
  await page.getByRole('button', { name: ENTER }).click();
  await expect(page.getByRole('alert')).toContainText('Layanan masuk organisasi tidak terjangkau');
  await byPassword(page, 'officer.oku', 'demo');
  await expect(page.getByRole('heading', { level: 1, name: 'Kabupaten Ogan Komering Ulu' })).toBeVisible();
  await page.context().clearCookies();
  provider = await organisation();
  await page.goto('/');
  await expect(async () => {
    await page.getByRole('button', { name: ENTER }).click();
    await expect(page.getByPlaceholder('Enter any login')).toBeVisible({ timeout: 2_000 });
  }).toPass();
});

test('somebody signs in with the account of the organisation, and the page that was asked for is shown', {
  tag: '@long',
}, async ({ page }) => {
  const addresses: string[] = [];
  page.on('framenavigated', (frame) => addresses.push(frame.url()));
  await page.goto('/kegiatan?region=16.01.14');
  await page.getByRole('button', { name: ENTER }).click();
  await atOrganisation(page, 'officer.oku');
  await expect(page.getByRole('heading', { level: 1, name: 'Kegiatan' })).toBeVisible();
  expect(page.url()).toBe(`${DEMO}/kegiatan?region=16.01.14`);
  const cookies = await page.context().cookies(`${DEMO}/v1/auth/session`);
  const ours = cookies.filter((cookie) => cookie.name.startsWith('kumkm'));
  expect(ours.map((cookie) => [cookie.name, cookie.httpOnly, cookie.sameSite]).sort()).toEqual([
    ['kumkm_browser', true, 'Strict'],
    ['kumkm_session', true, 'Strict'],
  ]);
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  for (const said of [kept, ...addresses.filter((address) => address.startsWith(DEMO))]) {
    expect(said).not.toMatch(/eyJ|access_token|id_token/);
  }
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Kegiatan' })).toBeVisible();
});

test('who has no account here is told so in words, and signs in otherwise at the same page', {
  tag: '@long',
}, async ({ page }) => {
  await page.goto('/kegiatan?region=16.01.14');
  await page.getByRole('button', { name: ENTER }).click();
  await atOrganisation(page, 'tidak.ada');
  await expect(page.getByRole('alert')).toContainText('Belum punya akun di sini');
  await expect(page.getByRole('alert')).toContainText('minta petugas Dinas membuatkannya');
  expect(page.url()).toBe(`${DEMO}/kegiatan?region=16.01.14`);
  expect(await findings(page)).toEqual([]);
  await page.getByText('English').click();
  await expect(page.getByRole('alert')).toContainText('No account here');
  await page.getByText('Indonesia').click();
  await byPassword(page, 'officer.oku', 'demo');
  await expect(page.getByRole('heading', { level: 1, name: 'Kegiatan' })).toBeVisible();
});

test('who changes their mind at the organisation is back at the sign-in', { tag: '@long' }, async ({
  page,
}) => {
  await page.goto('/peta');
  await page.getByRole('button', { name: ENTER }).click();
  await page.getByRole('link', { name: /Cancel/ }).click();
  await expect(page.getByRole('alert')).toContainText('Organisasi tidak mengizinkan masuk');
  await page.reload();
  await expect(page.getByRole('button', { name: ENTER })).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a link that another browser began signs nobody in', { tag: '@long' }, async ({ page, browser }) => {
  const elsewhere = await browser.newContext();
  const attacker = await elsewhere.newPage();
  await attacker.goto('/');
  await attacker.route('**/v1/auth/oidc/callback*', (route) => route.abort());
  await attacker.getByRole('button', { name: ENTER }).click();
  const back = attacker.waitForRequest('**/v1/auth/oidc/callback*');
  await atOrganisation(attacker, 'officer.oku');
  const link = (await back).url();
  await page.goto(link);
  await expect(page.getByRole('alert')).toContainText('Masuk harus diulang');
  expect(await page.context().cookies()).toEqual([]);
  await elsewhere.close();
});

test('what was typed stays where a session goes on by the organisation, in a tab of its own', {
  tag: '@long',
}, async ({ page, context, request }) => {
  const { username } = await signInNew(page, '/orang');
  await page.getByRole('button', { name: 'Akun baru' }).click();
  const form = page.getByRole('dialog', { name: 'Akun baru' });
  await form.getByLabel('Nama', { exact: true }).fill('Sari Setengah Jalan');
  const elsewhere = await asked(request, username, OWN_PASSWORD);
  await form.getByLabel('Nama pengguna').fill(`${username}.a`);
  expect((await elsewhere.call('DELETE', '/v1/auth/sessions')).status()).toBe(204);
  await form.getByRole('button', { name: 'Buat akun' }).click();
  const again = page.getByRole('dialog', { name: 'Masuk lagi' });
  const opened = context.waitForEvent('page');
  await again.getByRole('button', { name: ENTER }).click();
  const other = await opened;
  await atOrganisation(other, 'officer.oku');
  await expect(other.getByRole('alert')).toContainText('Akun organisasi yang lain');
  await expect(again).toBeVisible();
  await other.close();
  await context.clearCookies({ domain: new URL(ISSUER).hostname });
  const reopened = context.waitForEvent('page');
  await again.getByRole('button', { name: ENTER }).click();
  const tab = await reopened;
  await atOrganisation(tab, username);
  await expect(again).toBeHidden();
  await expect(form.getByLabel('Nama', { exact: true })).toHaveValue('Sari Setengah Jalan');
  await form.getByRole('button', { name: 'Buat akun' }).click();
  await expect(page.getByText('Kode ini hanya tampil sekarang')).toBeVisible();
  await expect.poll(() => tab.isClosed()).toBe(true);
});
