import { type APIRequestContext, expect as holds, type Page } from '@playwright/test';
import { asked, newId } from '../support/api.ts';
import { expect, findings, signIn, test } from '../support/test.ts';

test.describe.configure({ timeout: 90_000 });

const TRADES = [
  ['Sembako', '47112'],
  ['Jahitan', '14111'],
  ['Bengkel', '95240'],
] as const;

/** An owner with so many more businesses: each is entered, and each opens a case `same_owner`. */
async function owner(request: APIRequestContext, name: string, nik: string, more: number): Promise<void> {
  const form = { grant_type: 'password', username: 'enumerator.83', password: 'demo', device_id: 'several' };
  const { access_token } = await (await request.post('/v1/auth/token', { form })).json();
  const answer = await request.put(`/v1/sync/batches/${newId()}`, {
    headers: { Authorization: `Bearer ${access_token}` },
    data: {
      campaign: 'pl-kumkm-2022',
      sent_at: '2022-09-13T08:00:03+07:00',
      items: TRADES.slice(0, more + 1).map(([trade, kbli], place) => ({
        record_id: newId(),
        revision: 1,
        questionnaire: 'umkm@1',
        region_code: '16.01.14.1003',
        captured_at: '2022-09-12T09:14:40+07:00',
        answers: {
          legal_name: `${name} ${trade}`,
          kbli,
          owner: { name: 'Rosmala Dewi', nik },
          ...(place > 0 ? { other_business_of_owner: true } : {}),
        },
      })),
    },
  });
  holds(answer.status()).toBe(201);
}

// It sends records, which would move the figures that other tests look at.
test('several are decided at once by keys, one that is decided meanwhile is named, and it is undone', {
  tag: '@alone',
}, async ({ page, request }) => {
  const api = await asked(request, 'officer.oku');
  const before = (await api.get('/v1/progress/regions/16.01')).item;
  await owner(request, 'Kencana', '1601145203850071', 2);
  await owner(request, 'Delima', '1601145203850072', 1);
  const waiting = async () => (await api.get('/v1/duplicates?kind=same_owner&limit=100')).items;
  const cases: { id: string }[] = await waiting();
  expect(cases).toHaveLength(3);
  await signIn(page, 'officer.oku', '/ganda?kind=same_owner');
  const several = page.getByRole('region', { name: 'Beberapa kasus sekaligus' });
  await expect(several).toContainText('dapat diputuskan sekaligus');
  await expect(page.getByRole('button', { name: 'Simpan keputusan' })).toBeVisible();

  // The current one by X, then all.
  await page.keyboard.press('x');
  await expect(several).toContainText('1 kasus dipilih');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(0);
  await page.getByRole('checkbox', { name: 'Pilih Delima Jahitan' }).check();
  await page.keyboard.press('a');
  await expect(several).toContainText('3 kasus dipilih');
  expect(await findings(page)).toEqual([]);
  const [late] = cases;
  const other = await asked(request, 'admin');
  await other.post(`/v1/duplicates/${late?.id}/resolution`, { decision: 'separate', reason: 'Sudah dicek' });

  await page.keyboard.press('d');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Simpan 3 keputusan' }).click();
  await expect(dialog.getByText('Tulis alasan, paling sedikit 5 huruf.')).toBeVisible();
  await dialog.getByLabel('Alasan').fill('Nama dan kegiatan lain');
  expect(await findings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Simpan 3 keputusan' }).click();
  const done = page.getByRole('status').filter({ hasText: '2 kasus diputuskan: dua usaha berbeda' });
  await expect(done).toContainText('1 kasus tidak diputuskan');
  await expect(done.getByRole('listitem')).toHaveCount(1);
  expect(await waiting()).toEqual([]);
  expect(await findings(page)).toEqual([]);

  await page.keyboard.press('z');
  await dialog.getByLabel('Alasan').fill('Salah pilih kasus');
  await dialog.getByRole('button', { name: 'Batalkan 2 keputusan' }).click();
  await expect(done).toHaveCount(0, { timeout: 15_000 });
  expect((await waiting()).map((each: { id: string }) => each.id)).toEqual(
    cases.slice(1).map(({ id }) => id),
  );
  const after = (await api.get('/v1/progress/regions/16.01')).item;
  expect(after.entered - before.entered, 'five businesses were sent, and no decision changes that').toBe(5);
});

/** Shows the demo's duplicates as what may be decided together; the server knows better. */
async function disguise(page: Page): Promise<void> {
  await page.route(/\/v1\/duplicates\?/, async (route) => {
    const url = route.request().url().replace('kind=same_owner', 'kind=duplicate');
    const answer = await route.fetch({ url });
    const { items, next_cursor } = await answer.json();
    const safe = { kind: 'same_owner', differs: ['marked', 'other_name', 'other_activity'] };
    await route.fulfill({
      response: answer,
      json: { next_cursor, items: items.map((each: object) => ({ ...each, ...safe })) },
    });
  });
}

test('what the server does not think safe is named with its problem, and opened from there', {
  tag: '@long',
}, async ({ page }) => {
  await disguise(page);
  await signIn(page, 'officer.oku', '/ganda?kind=same_owner');
  const several = page.getByRole('region', { name: 'Beberapa kasus sekaligus' });
  await expect(several).toContainText('dapat diputuskan sekaligus');
  await expect(page.getByRole('button', { name: 'Simpan keputusan' })).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  const ticks = page.getByRole('checkbox', { name: /^Pilih / });
  await expect(ticks.nth(1)).toBeChecked();
  await ticks.nth(3).check();
  await page.keyboard.press('x'); // the current one again, while the box has the focus
  await expect(several).toContainText('1 kasus dipilih');
  await page.keyboard.press('x');
  await expect(several).toContainText('2 kasus dipilih');
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('d');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Simpan 2 keputusan' }).click();
  await expect(dialog.getByText('Tulis alasan, paling sedikit 5 huruf.')).toBeVisible();
  await dialog.getByLabel('Alasan').fill('Nama dan kegiatan lain');
  expect(await findings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Simpan 2 keputusan' }).click();
  const done = page.getByRole('status').filter({ hasText: '0 kasus diputuskan' });
  await expect(done).toContainText('2 kasus tidak diputuskan');
  await expect(done.getByRole('listitem')).toHaveCount(2);
  await expect(done.getByRole('button', { name: /^Batalkan/ })).toHaveCount(0);
  expect(await findings(page)).toEqual([]);
  const name = done.getByRole('listitem').last().getByRole('button');
  const said = (await name.textContent()) ?? '';
  await name.click();
  await expect(page.getByRole('heading', { name: said })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Simpan keputusan' })).toBeVisible();
});

test('the overview says how many cases wait and leads to them, but no enumerator', async ({ page }) => {
  const told = page.waitForResponse('**/v1/queues/duplicates');
  await signIn(page, 'coordinator.1', '/');
  const { items } = await (await told).json();
  const open = items.reduce((sum: number, each: { open: number }) => sum + each.open, 0);
  const card = page.getByRole('region', { name: 'Buka antrean ganda' });
  await expect(card).toContainText(`${open} kasus ganda menunggu diputuskan`);
  await card.getByRole('link', { name: 'Buka antrean ganda' }).click();
  await expect(page).toHaveURL(/\/ganda/);
  await expect(page.getByRole('heading', { name: 'Ganda & ditahan' })).toBeVisible();
  await page.context().clearCookies();
  await signIn(page, 'enumerator.82', '/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(card).toHaveCount(0);
});
