import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page, Request } from '@playwright/test';
import { asked, newPerson } from '../support/api.ts';
import { DEMO, expect, OWN_PASSWORD, signIn, signInNew, test, visit } from '../support/test.ts';

const SESSION = '/v1/auth/session';

const again = (page: Page) => page.getByRole('dialog', { name: 'Masuk lagi' });
const front = (page: Page) => page.getByRole('heading', { name: 'Masuk ke ruang kendali' });

/** What the page asked of its session. */
function grantsOf(page: Page): string[] {
  const grants: string[] = [];
  page.on('request', (request: Request) => {
    if (request.url().endsWith(SESSION)) grants.push(String(request.postDataJSON()?.grant));
  });
  return grants;
}

/** Where a script could keep something, as one text. */
async function keptBy(page: Page): Promise<string> {
  const kept = await page.evaluate(async () => [
    location.href,
    document.title,
    document.cookie,
    JSON.stringify({ ...localStorage }),
    JSON.stringify({ ...sessionStorage }),
    JSON.stringify(history.state),
    JSON.stringify(await indexedDB.databases()),
    JSON.stringify(await caches.keys()),
  ]);
  return kept.join('\n');
}

async function refreshes(context: BrowserContext): Promise<number> {
  const answer = await context.request.post(SESSION, {
    headers: { 'X-KUMKM-Session': '1', Origin: DEMO },
    data: { grant: 'refresh' },
  });
  return answer.status();
}

test('a new account gets in by its code, once, and neither code nor token stays anywhere in the page', async ({
  page,
  request,
}) => {
  const { username, name, code } = await newPerson(request);
  const tokens = new Set<string>();
  page.on('request', (each) => {
    const bearer = each.headers().authorization;
    if (bearer !== undefined) tokens.add(bearer.replace('Bearer ', ''));
  });
  await page.goto('/orang?region=16.71');
  await page.getByRole('link', { name: /Punya kode aktivasi/ }).click();
  await expect(page.getByRole('heading', { name: 'Kata sandi pertama' })).toBeVisible();
  await page.getByLabel('Nama pengguna').fill(username);
  await page.getByLabel('Kode aktivasi').fill(code);
  await page.getByLabel('Kata sandi baru', { exact: true }).fill('123456789012');
  await page.getByLabel('Ulangi kata sandi baru').fill('123456789012');
  await page.getByRole('button', { name: 'Simpan kata sandi' }).click();
  await expect(page.getByText(/mudah ditebak/)).toBeVisible();
  await expect(page.getByLabel('Kode aktivasi')).toHaveValue(code); // nothing typed is lost
  await page.getByLabel('Kata sandi baru', { exact: true }).fill(OWN_PASSWORD);
  await page.getByLabel('Ulangi kata sandi baru').fill(OWN_PASSWORD);
  await page.getByRole('button', { name: 'Simpan kata sandi' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Kota Palembang' })).toBeVisible();

  const cookies = await page.context().cookies();
  expect(cookies.map(({ httpOnly, sameSite }) => [httpOnly, sameSite])).toEqual([
    [true, 'Strict'],
    [true, 'Strict'],
  ]);
  expect(tokens.size).toBeGreaterThan(0);
  const kept = await keptBy(page);
  for (const secret of [
    ...tokens,
    ...cookies.map((each) => each.value),
    code,
    OWN_PASSWORD,
    name,
    username,
  ]) {
    expect(kept).not.toContain(secret);
  }
  const twice = await request.post(SESSION, {
    headers: { 'X-KUMKM-Session': '1', Origin: DEMO },
    data: { grant: 'new_password', username, activation_code: code, new_password: `${OWN_PASSWORD}!` },
  });
  expect(twice.status()).toBe(400);
});

test('who is not signed in gets the sign-in at any address, and its page afterwards', {
  tag: '@long',
}, async ({ page, request }) => {
  const { username } = await signInNew(page);
  await page.context().clearCookies();
  await page.goto('/kegiatan?region=16.71.01');
  await page.getByLabel('Nama pengguna').fill(username);
  await page.getByLabel('Kata sandi', { exact: true }).fill('bukan kata sandinya');
  await page.getByRole('button', { name: 'Masuk', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('kata sandi salah');
  await page.getByLabel('Kata sandi', { exact: true }).fill(OWN_PASSWORD);
  await page.getByRole('button', { name: 'Masuk', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Kegiatan' })).toBeVisible();
  expect(new URL(page.url()).searchParams.get('region')).toBe('16.71.01');
  await test.step('and a stranger sees nothing of others, on the wire either', async () => {
    const officer = await asked(request, 'officer.oku');
    const { items } = await officer.get('/v1/businesses?limit=20');
    const [queued] = (await officer.get('/v1/reviews?limit=1')).items;
    const [double] = (await officer.get('/v1/duplicates?limit=1')).items;
    const wire: Promise<string>[] = [];
    page.on('response', (answer) => {
      if (new URL(answer.url()).pathname.startsWith('/v1/')) wire.push(answer.text().catch(() => ''));
    });
    for (const address of [
      '/register?region=16.01',
      `/register/${items[0].id}`,
      `/pemeriksaan?record=${queued.record_id}`,
      `/ganda?case=${double.id}`,
      '/petugas?region=16.01',
      '/peta?region=16.01',
      '/?region=16.01',
      '/orang',
    ]) {
      const answered = page.waitForResponse((answer) => new URL(answer.url()).pathname.startsWith('/v1/'));
      await visit(page, address);
      await answered;
      await expect(page.getByRole('main').getByRole('status', { name: 'Memuat…' })).toHaveCount(0);
    }
    const seen = (await Promise.all(wire)).join('\n');
    expect(wire.length).toBeGreaterThan(10);
    expect(seen).not.toMatch(/"enumerator\.\d+"|"officer\.oku"|"coordinator\.\d"|[:,[]13495[,\]}]/);
    for (const each of items) {
      expect(seen).not.toContain(each.name);
      expect(await page.content()).not.toContain(each.name);
    }
  });
});

test('a token that is over is renewed without notice, by the clock and where the server refuses it', async ({
  page,
}) => {
  await page.clock.install();
  await signIn(page, 'officer.oku');
  await expect(page.getByText('13.495').first()).toBeVisible();
  const grants = grantsOf(page);
  const refused: string[] = [];
  page.on('response', (answer) => {
    if (answer.status() === 401) refused.push(answer.url());
  });
  await page.clock.fastForward('01:00:00');
  await expect.poll(() => grants).toEqual(['refresh']);
  expect(refused).toEqual([]);
  let spoilt = false;
  await page.route('**/v1/progress/regions/16.01', async (route) => {
    const authorization = spoilt ? {} : { authorization: 'Bearer x.y.z' };
    spoilt = true;
    await route.continue({ headers: { ...route.request().headers(), ...authorization } });
  });
  const answered = page.waitForResponse(
    (answer) => answer.url().endsWith('/v1/progress/regions/16.01') && answer.ok(),
  );
  await page.clock.fastForward(5_000);
  await answered; // perhaps of a question that was on its way
  await expect.poll(() => refused.length).toBe(1);
  await expect.poll(() => grants).toEqual(['refresh', 'refresh']);
  await expect(page.getByText('13.495').first()).toBeVisible();
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('a session that ends elsewhere leaves a form as it is, and the form goes on after the sign-in', {
  tag: '@long',
}, async ({ page, request }) => {
  const { username } = await signInNew(page, '/orang');
  await page.getByRole('button', { name: 'Akun baru' }).click();
  const form = page.getByRole('dialog', { name: 'Akun baru' });
  await form.getByLabel('Nama', { exact: true }).fill('Sari Setengah Jalan');
  await form.getByLabel('Nama pengguna').fill(`${username}.a`);
  const elsewhere = await asked(request, username, OWN_PASSWORD);
  expect((await elsewhere.call('DELETE', '/v1/auth/sessions')).status()).toBe(204);
  await form.getByRole('button', { name: 'Buat akun' }).click();
  await expect(again(page)).toBeVisible();
  await again(page).getByLabel('Kata sandi', { exact: true }).fill('bukan itu');
  await again(page).getByRole('button', { name: 'Masuk', exact: true }).click();
  await expect(again(page).getByRole('alert')).toContainText('kata sandi salah');
  await again(page).getByLabel('Kata sandi', { exact: true }).fill(OWN_PASSWORD);
  await again(page).getByRole('button', { name: 'Masuk', exact: true }).click();
  await expect(again(page)).toBeHidden();
  await expect(form.getByLabel('Nama', { exact: true })).toHaveValue('Sari Setengah Jalan');
  await form.getByRole('button', { name: 'Buat akun' }).click();
  await expect(page.getByText('Kode ini hanya tampil sekarang')).toBeVisible();
});

test('tabs share one session; signing out in one is signing out in all, and nothing begins it again', {
  tag: '@long',
}, async ({ page, context, request }) => {
  const { username } = await signInNew(page, '/akun');
  const other = await context.newPage();
  await other.goto('/akun');
  await expect(other.getByText('Sesi ini')).toBeVisible();
  await Promise.all([page.reload(), other.reload(), page.request.get('/'), refreshes(context)]);
  for (const tab of [page, other]) await expect(tab.getByText('Sesi ini')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Tempat Anda masuk' }).getByRole('listitem')).toHaveCount(1);

  await test.step('an account that comes to the same browser finds nothing of the one before', async () => {
    await other.goto('/orang');
    await other.getByLabel('Cari nama atau nama pengguna').fill('sesuatu');
    const next = await newPerson(request);
    await page.goto('/aktivasi');
    await page.getByLabel('Nama pengguna').fill(next.username);
    await page.getByLabel('Kode aktivasi').fill(next.code);
    await page.getByLabel('Kata sandi baru', { exact: true }).fill(OWN_PASSWORD);
    await page.getByLabel('Ulangi kata sandi baru').fill(OWN_PASSWORD);
    await page.getByRole('button', { name: 'Simpan kata sandi' }).click();
    await expect(other.getByLabel('Cari nama atau nama pengguna')).toHaveValue('');
    await page.goto('/akun');
    await expect(page.getByText(next.username)).toBeVisible();
    await other.getByRole('link', { name: 'Kegiatan' }).click();
    // Until this page is there the one before stays: a list of people, of whom the former account is one.
    await expect(other.getByText('pl-kumkm-2022').first()).toBeVisible();
    for (const tab of [page, other]) {
      await expect(tab.getByRole('banner').getByRole('button', { name: /Akun/ })).toBeVisible();
      expect(await tab.content()).not.toContain(username);
    }
  });

  await page.getByRole('button', { name: /Akun/ }).click();
  await page.getByRole('menuitem', { name: 'Keluar' }).click();
  for (const tab of [page, other]) await expect(front(tab)).toBeVisible();
  expect(await refreshes(context)).toBe(401);
  await other.reload();
  await expect(front(other)).toBeVisible();
});

test('a page of another site neither signs out, nor refreshes, nor signs in', async ({ page, context }) => {
  await signInNew(page);
  const site = createServer((_, answer) => {
    answer.setHeader('Content-Type', 'text/html');
    answer.end('<form method="post" enctype="text/plain"><input type="hidden" name="x"></form>');
  });
  await new Promise<void>((ready) => site.listen(0, '127.0.0.1', ready));
  try {
    const { port } = site.address() as AddressInfo;
    const evil = await context.newPage();
    const statuses: number[] = [];
    evil.on('response', (answer) => {
      if (answer.url().endsWith(SESSION) && answer.request().method() === 'POST')
        statuses.push(answer.status());
    });
    // The machine by its other name: to a browser another site.
    const host = new URL(DEMO).hostname === 'localhost' ? '127.0.0.1' : 'localhost';
    await evil.goto(`http://${host}:${port}/`);
    const tried = await evil.evaluate(async (to) => {
      const outcomes: string[] = [];
      for (const grant of ['sign_out', 'refresh']) {
        const plain = { method: 'POST', credentials: 'include', body: JSON.stringify({ grant }) } as const;
        for (const told of [
          { ...plain, mode: 'no-cors' },
          { ...plain, headers: { 'Content-Type': 'application/json', 'X-KUMKM-Session': '1' } },
        ] as const) {
          outcomes.push(
            await fetch(to, told).then(
              (answer) => answer.type,
              () => 'refused',
            ),
          );
        }
      }
      return outcomes;
    }, DEMO + SESSION);
    expect(tried).toEqual(Array(4).fill('refused'));
    await evil.evaluate((to) => {
      const form = document.querySelector('form');
      const field = document.querySelector('input');
      if (form === null || field === null) return;
      form.action = to;
      field.name = '{"grant":"sign_out","x":"';
      field.value = '"}';
      form.submit();
    }, DEMO + SESSION);
    await evil.waitForURL(DEMO + SESSION);
    expect(statuses.length).toBeGreaterThan(0);
    for (const status of statuses) expect([403, 415]).toContain(status);
    expect(await refreshes(context)).toBe(200);
  } finally {
    site.close();
  }
});
