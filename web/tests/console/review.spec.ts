import type { Page, Response } from '@playwright/test';
import { asked } from '../support/api.ts';
import { sized } from '../support/forms.ts';
import { expect, PASSWORD, signIn, test } from '../support/test.ts';

test.describe.configure({ timeout: 90_000 }); // a machine that does much else, too

const RECORDS = sized(8, 50);

interface Listed {
  readonly items: { readonly record_id: string; readonly name: string; readonly enumerator: string }[];
}

async function opened(page: Page): Promise<string> {
  await expect(page).toHaveURL(/record=/);
  return new URL(page.url()).searchParams.get('record') ?? '';
}

const verify = (page: Page) => page.getByRole('button', { name: 'Verifikasi', exact: true });

/** A queue of one enumerator, with a record open and ready for a decision. */
async function atDesk(page: Page, coordinator: 'coordinator.1' | 'coordinator.2', query: string) {
  await signIn(page, coordinator, `/pemeriksaan?${query}`);
  await expect(verify(page)).toBeEnabled();
}

/** The next record of the queue, ready for a decision: before, nothing is decided. */
async function next(page: Page): Promise<string> {
  await page.keyboard.press('j');
  const record = await opened(page);
  await expect(verify(page)).toBeEnabled();
  return record;
}

test('a coordinator verifies records by keyboard alone, and no row of another team comes to the browser', {
  tag: '@sized',
}, async ({ page, request }) => {
  test.setTimeout(240_000);
  const team = await asked(request, 'coordinator.1');
  const wire: Promise<string>[] = [];
  page.on('response', (answer: Response) => {
    if (new URL(answer.url()).pathname.startsWith('/v1/')) wire.push(answer.text().catch(() => ''));
  });
  const before = await team.get('/v1/queues');
  await atDesk(page, 'coordinator.1', 'warnings=no&enumerator=enumerator.2');
  for (let done = 1; done <= RECORDS; done += 1) {
    await expect(verify(page)).toBeEnabled();
    const record = new URL(page.url()).searchParams.get('record');
    await page.keyboard.press('v');
    await expect(page).not.toHaveURL(record === null ? /never/ : new RegExp(`record=${record}`));
  }
  await expect
    .poll(async () => (await team.get('/v1/queues')).unreviewed, { timeout: 20_000 })
    .toBe(before.unreviewed - RECORDS);

  const others = await asked(request, 'coordinator.2');
  const theirs: Listed = await others.get('/v1/reviews?limit=100');
  const seen = (await Promise.all(wire)).join('\n');
  expect(seen.length).toBeGreaterThan(10_000);
  for (const row of theirs.items) expect(seen).not.toContain(row.record_id);
  const people = new Set(seen.match(/"enumerator\.\d+"/g));
  expect(people.size).toBeGreaterThan(0);
  for (const row of theirs.items) expect([...people]).not.toContain(`"${row.enumerator}"`);
});

test('keys that follow R at once reach its window, also where the browser is slow', { tag: '@long' }, async ({
  page,
}) => {
  // What a library puts off by no time at all comes a second late, as on a busy machine.
  await page.addInitScript(() => {
    const real = window.setTimeout.bind(window);
    const late = (work: TimerHandler, wait = 0, ...rest: unknown[]) => real(work, wait || 1000, ...rest);
    window.setTimeout = late as typeof window.setTimeout;
  });
  await atDesk(page, 'coordinator.1', 'warnings=no&enumerator=enumerator.5');
  const record = await next(page);
  const dialog = page.getByRole('dialog');
  await page.keyboard.press('r');
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('Pilih alasan, atau tulis sendiri.')).toBeVisible();
  await page.keyboard.press('3');
  await page.keyboard.press('v'); // no command while the window is open
  await expect(dialog.getByRole('checkbox').nth(2)).toBeChecked();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL(new RegExp(record));
});

test('a record that is returned comes to its tablet with the reason, and what was undone never left', {
  tag: '@long',
}, async ({ page, request }) => {
  await atDesk(page, 'coordinator.1', 'warnings=no&enumerator=enumerator.4');
  const record = await next(page);
  await page.keyboard.press('v');
  await expect(
    page.getByText('dikirim sebentar lagi').or(page.getByText('Diverifikasi')).first(),
  ).toBeVisible();
  await page.keyboard.press('z');
  await expect(page).toHaveURL(new RegExp(record));
  await expect(page.getByText(/^Dibatalkan:/)).toBeVisible();

  await page.keyboard.press('r');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('Pilih alasan, atau tulis sendiri.')).toBeVisible();
  await page.keyboard.press('3');
  await page.keyboard.press('7');
  await dialog.getByLabel('Dengan kata sendiri').fill('Titiknya di sungai.');
  await page.keyboard.press('Escape'); // what was written stays
  await page.keyboard.press('r');
  await expect(dialog.getByLabel('Dengan kata sendiri')).toHaveValue('Titiknya di sungai.');
  await dialog.getByLabel('Dengan kata sendiri').press('Control+Enter');
  await expect(dialog).toBeHidden();

  const tablet = await asked(request, 'coordinator.1');
  const told = async () => {
    const business = (await tablet.get(`/v1/submissions/${record}`)).business_id;
    return (await tablet.get(`/v1/businesses/${business}`)).history;
  };
  await expect.poll(async () => (await told()).length, { timeout: 20_000 }).toBe(1);
  const [event] = await told();
  expect(event).toMatchObject({
    what: 'returned',
    reason: 'Titik lokasi bukan di tempat usaha; Foto buram atau bukan tempat usaha. Titiknya di sungai.',
  });

  const enrolled = await request.post('/v1/auth/token', {
    form: {
      grant_type: 'password',
      username: 'enumerator.4',
      password: PASSWORD,
      device_id: 'tablet of enumerator.4',
      device_name: 'tablet of enumerator.4',
    },
  });
  const headers = { Authorization: `Bearer ${(await enrolled.json()).access_token}` };
  const news: unknown[] = [];
  let cursor = '';
  for (let more = true; more; ) {
    const answer = await request.get(`/v1/sync/changes${cursor && `?cursor=${cursor}`}`, { headers });
    const changes = await answer.json();
    news.push(...changes.items);
    more = changes.items.length > 0;
    cursor = changes.next_cursor;
  }
  expect(news).toContainEqual(
    expect.objectContaining({
      kind: 'review',
      record_id: record,
      decision: 'returned',
      reason: event.reason,
    }),
  );
});

test('a key that comes before its record is there decides nothing and says so, once', async ({ page }) => {
  await atDesk(page, 'coordinator.1', 'warnings=no&enumerator=enumerator.10');
  const waiting: (() => void)[] = [];
  await page.route('**/v1/submissions/*', async (route) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    await route.fallback();
  });
  const early = page.getByText('Isian masih dibuka.');
  for (const fetched of [1, 2]) {
    const from = page.url();
    await expect(async () => {
      if (page.url() === from) await page.keyboard.press('j'); // the next two were fetched ahead
      await expect(page).not.toHaveURL(from, { timeout: 2_000 }); // a busy machine listens to keys a little later
    }).toPass();
    await expect.poll(() => waiting.length).toBe(fetched);
    await expect(verify(page)).toBeEnabled();
  }
  await page.keyboard.press('j');
  await expect(verify(page)).toBeDisabled();
  await expect(early).toBeHidden(); // nobody asked for anything yet
  const record = await opened(page);
  await page.keyboard.press('v');
  await expect(early).toBeVisible();
  await page.unroute('**/v1/submissions/*');
  for (const open of waiting) open();
  await expect(verify(page)).toBeEnabled();
  await expect(early).toBeHidden();
  expect(await opened(page)).toBe(record); // a decision would have gone on to the next
});

test('of two reviewers on one record the later one is told what the other decided, and changes nothing', {
  tag: '@long',
}, async ({ page, request }) => {
  await atDesk(page, 'coordinator.1', 'warnings=no&enumerator=enumerator.6');
  const record = await next(page);
  const officer = await asked(request, 'officer.oku');
  const answer = await officer.post(`/v1/submissions/${record}/review`, {
    decision: 'returned',
    reason: 'Nama usaha kurang jelas',
  });
  expect(answer.status()).toBe(200);
  await page.keyboard.press('v');
  const notice = page.getByRole('alert').filter({ hasText: 'tidak berlaku' });
  await expect(notice).toContainText('Sudah dikembalikan oleh officer.oku', { timeout: 15_000 });
  await expect(notice).toContainText('Nama usaha kurang jelas');
  const { business_id } = await officer.get(`/v1/submissions/${record}`);
  expect((await officer.get(`/v1/businesses/${business_id}`)).review_state).toBe('returned');
});

test('a decision outlives a server that is away, and is made once', { tag: '@long' }, async ({
  page,
  request,
}) => {
  await atDesk(page, 'coordinator.1', 'warnings=no&enumerator=enumerator.8');
  const record = await next(page);
  const bodies: string[] = [];
  let away = true;
  await page.route('**/v1/reviews', async (route) => {
    if (route.request().method() !== 'POST') return await route.fallback();
    bodies.push(route.request().postData() ?? '');
    if (bodies.length === 1) {
      await route.fetch(); // it comes to the server, and the answer is lost
      return await route.abort();
    }
    return await (away ? route.abort() : route.fallback());
  });
  await page.keyboard.press('v');
  await expect(page.getByText(/1 keputusan belum sampai ke server/)).toBeVisible({ timeout: 15_000 });
  away = false;
  await expect(page.getByText(/keputusan belum sampai ke server/)).toBeHidden({ timeout: 15_000 });
  expect(new Set(bodies).size).toBe(1);
  const team = await asked(request, 'coordinator.1');
  const { business_id } = await team.get(`/v1/submissions/${record}`);
  expect((await team.get(`/v1/businesses/${business_id}`)).history).toHaveLength(1);
});

test('a session that ends while a reason is typed loses nothing', { tag: '@long' }, async ({ page }) => {
  await atDesk(page, 'coordinator.1', 'warnings=no&enumerator=enumerator.10');
  await page.keyboard.press('r');
  await page.getByLabel('Dengan kata sendiri').fill('Belum selesai ditulis');
  await page.route('**/v1/**', async (route) => {
    const isSession = route.request().url().endsWith('/v1/auth/session');
    const grants = isSession && (route.request().postData() ?? '').includes('password');
    return await (grants ? route.fallback() : route.fulfill({ status: 401, json: {} }));
  });
  const again = page.getByRole('dialog').filter({ hasText: 'Masuk lagi' });
  await expect(again).toBeVisible({ timeout: 20_000 });
  await page.unroute('**/v1/**');
  await again.getByLabel('Kata sandi', { exact: true }).fill(PASSWORD);
  await again.getByRole('button', { name: 'Masuk', exact: true }).click();
  await expect(again).toBeHidden();
  await expect(page.getByLabel('Dengan kata sendiri')).toHaveValue('Belum selesai ditulis');
});

test('what has no warnings is verified at a stroke, after the number was said', { tag: '@long' }, async ({
  page,
  request,
}) => {
  const team = await asked(request, 'coordinator.2');
  const query = 'warnings=no&enumerator=enumerator.15';
  const { items }: Listed = await team.get('/v1/reviews?warnings=false&enumerator=enumerator.15&limit=100');
  await atDesk(page, 'coordinator.2', query);
  await page.getByRole('button', { name: 'Verifikasi sekaligus' }).click();
  await page.getByRole('button', { name: `Ya, verifikasi ${items.length} isian` }).click();
  await expect
    .poll(
      async () => {
        const left: Listed = await team.get('/v1/reviews?enumerator=enumerator.15&warnings=false&limit=100');
        const ids = new Set(left.items.map((row) => row.record_id));
        return items.filter((row) => ids.has(row.record_id)).length;
      },
      { timeout: 40_000 },
    )
    .toBe(0);
});

test('all of it works at 360 px, a record a screen', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await signIn(page, 'coordinator.1', '/pemeriksaan?warnings=no&enumerator=enumerator.11');
  await page
    .getByRole('region', { name: 'Antrean' })
    .getByRole('listitem')
    .first()
    .getByRole('button')
    .click();
  await expect(verify(page)).toBeEnabled();
  const first = await opened(page);
  await page.getByRole('button', { name: 'Berikutnya' }).click();
  await expect(page).not.toHaveURL(new RegExp(first));
  await expect(verify(page)).toBeEnabled();
  const second = await opened(page);
  await verify(page).click();
  await expect(page).not.toHaveURL(new RegExp(second));
  await page.getByRole('button', { name: 'Sebelumnya' }).click();
  await page.getByRole('button', { name: 'Batalkan (Z)' }).click();
  await expect(verify(page)).toBeEnabled();
  for (const button of [verify(page), page.getByRole('button', { name: 'Kembalikan' })]) {
    const box = await button.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(44);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});
