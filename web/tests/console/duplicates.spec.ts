import type { Page } from '@playwright/test';
import { type Api, asked } from '../support/api.ts';
import { expect, signIn, test } from '../support/test.ts';

test.describe.configure({ timeout: 90_000 }); // a machine that does much else, too

interface Case {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly record: { readonly answers: { readonly legal_name: string } | null };
  readonly businesses: readonly { readonly answers: object | null }[];
}

async function openCases(api: Api): Promise<readonly Case[]> {
  return (await api.get('/v1/duplicates?kind=duplicate&limit=100')).items;
}

async function decide(page: Page, decision: string, reason: string): Promise<void> {
  await page.getByRole('radio', { name: decision }).check();
  await page.getByLabel('Alasan').fill(reason);
  await page.getByRole('button', { name: 'Simpan keputusan' }).click();
}

test('a duplicate is resolved and the decision undone, and the register follows', async ({
  page,
  request,
}) => {
  const api = await asked(request, 'officer.oku');
  const [found] = await openCases(api);
  const before = (await api.get('/v1/progress/regions/16.01')).item;
  await signIn(page, 'officer.oku', `/ganda?case=${found?.id}`);
  await expect(page.getByText('Isian ini dikenali sebagai usaha yang sudah tercatat.')).toBeVisible();
  await expect(page.getByRole('rowheader', { name: /Nama usaha/ }).first()).toBeVisible();
  // The other tests look at the morning's figures: a decision that changes them is none for here.
  await page.getByRole('radio', { name: 'Usaha yang sama' }).check();
  await page.getByRole('button', { name: 'Simpan keputusan' }).click();
  await expect(page.getByText('Tulis alasan, paling sedikit 5 huruf.')).toBeVisible();
  await decide(page, 'Usaha yang sama', 'Pemilik dan tempat usaha sama');
  await expect(page.getByText(/Usaha yang sama, oleh officer.oku/)).toBeVisible({ timeout: 15_000 });
  expect((await api.get(`/v1/duplicates/${found?.id}`)).resolution).toMatchObject({
    decision: 'same',
    reason: 'Pemilik dan tempat usaha sama',
  });

  await page.getByRole('button', { name: 'Batalkan keputusan' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Alasan').fill('Salah pilih kasus');
  await dialog.getByRole('button', { name: 'Batalkan keputusan' }).click();
  await expect(page.getByRole('button', { name: 'Simpan keputusan' })).toBeVisible({ timeout: 15_000 });
  const after = (await api.get('/v1/progress/regions/16.01')).item;
  expect([after.entered, after.duplicates]).toEqual([before.entered, before.duplicates]);
  expect((await api.get(`/v1/duplicates/${found?.id}`)).state).toBe('open');
});

test('of two who decide one case the later one sees the decision of the other beside its own words', {
  tag: '@long',
}, async ({ page, request }) => {
  const api = await asked(request, 'admin');
  const found = (await openCases(api))[1];
  await signIn(page, 'officer.oku', `/ganda?case=${found?.id}`);
  await expect(page.getByRole('button', { name: 'Simpan keputusan' })).toBeVisible();
  const other = await api.post(`/v1/duplicates/${found?.id}/resolution`, {
    decision: 'same',
    reason: 'Sudah dicek di lapangan',
  });
  expect(other.status()).toBe(200);
  await decide(page, 'Dua usaha berbeda', 'Menurut saya berbeda');
  const notice = page.getByRole('alert').filter({ hasText: 'lebih dulu diputuskan orang lain' });
  await expect(notice).toContainText('Menurut saya berbeda', { timeout: 15_000 });
  await expect(page.getByText(/Usaha yang sama, oleh admin/)).toBeVisible();
  await expect(page.getByText('“Sudah dicek di lapangan”')).toBeVisible();
  expect((await api.get(`/v1/duplicates/${found?.id}`)).resolution.decision).toBe('same');
});

test('a decision outlives a server that is away, and is made once', { tag: '@long' }, async ({
  page,
  request,
}) => {
  const api = await asked(request, 'admin');
  const found = (await openCases(api))[2];
  await signIn(page, 'officer.oku', `/ganda?case=${found?.id}`);
  let sent = 0;
  await page.route('**/resolution', async (route) => {
    sent += 1;
    if (sent === 1) await route.fetch(); // it comes to the server, and the answer is lost
    if (sent < 3) return await route.abort();
    return await route.fallback();
  });
  await decide(page, 'Usaha yang sama', 'Nama dan pemilik sama');
  await expect(page.getByText(/Server belum menjawab/)).toBeVisible();
  await expect(page.getByText(/Usaha yang sama, oleh officer.oku/)).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a coordinator sees nothing of a side of another team, and cannot decide', async ({ page, request }) => {
  const api = await asked(request, 'coordinator.1');
  const beyond = (await openCases(api)).find((each) => each.businesses.some((side) => side.answers === null));
  const answers: Promise<string>[] = [];
  page.on('response', (answer) => {
    if (answer.url().includes('/v1/duplicates/')) answers.push(answer.text());
  });
  await signIn(page, 'coordinator.1', `/ganda?case=${beyond?.id}`);
  await expect(page.getByRole('heading', { name: 'Usaha di luar wilayah atau tim Anda' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Simpan keputusan' })).toHaveCount(0);
  const [wire] = await Promise.all(answers);
  expect(JSON.parse(wire ?? '{}').businesses).toContainEqual(
    expect.objectContaining({ answers: null, enumerator: null, record_id: null }),
  );
});

test('a script in a name stays text, in the list, beside another and in the title', async ({
  page,
  request,
}) => {
  const api = await asked(request, 'admin');
  const found = (await openCases(api))[3];
  const bad = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
  await page.route(/\/v1\/duplicates/, async (route) => {
    const answer = await route.fetch();
    const name = found?.record.answers?.legal_name ?? '-';
    const body = (await answer.text()).replaceAll(JSON.stringify(name), JSON.stringify(bad));
    await route.fulfill({ response: answer, body });
  });
  await signIn(page, 'admin', `/ganda?case=${found?.id}`);
  await expect(page.getByRole('heading', { name: bad })).toBeVisible();
  await expect(page).toHaveTitle(/Ganda & ditahan/);
  expect(await page.locator('main img, main script').count()).toBe(0);
});

test('a held item is refused with a reason', async ({ page, request }) => {
  const api = await asked(request, 'admin');
  const { items } = await api.get('/v1/held?limit=20');
  const [first] = items.filter(
    (each: { reasons: { code: string }[] }) => each.reasons[0]?.code === 'region_outside_assignment',
  );
  await signIn(page, 'admin', `/ganda?queue=held&item=${first.id}`);
  await expect(page.getByText(/di luar wilayah tugas/).last()).toBeVisible();
  await page.getByRole('button', { name: 'Tolak' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Alasan').fill('Desa ini bukan tugasnya');
  await dialog.getByRole('button', { name: 'Tolak' }).click();
  await expect(page.getByText('“Desa ini bukan tugasnya”')).toBeVisible({ timeout: 15_000 });
  expect((await api.get(`/v1/held/${first.id}`)).decision).toBe('refused');
});

test('the next work is taken, is in the own list, and is given back', async ({ page, request }) => {
  const api = await asked(request, 'officer.oku');
  await signIn(page, 'officer.oku', '/ganda');
  await page.getByRole('button', { name: 'Ambil pekerjaan berikutnya' }).click();
  await expect(page.getByText(/Dikerjakan oleh officer.oku sampai/).first()).toBeVisible({ timeout: 15_000 });
  await expect(page).toHaveURL(/assigned=me/);
  await expect(page.getByRole('button', { name: 'Simpan keputusan' })).toBeVisible();
  expect((await api.get('/v1/duplicates?assigned=me')).items.length).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Kembalikan' }).click();
  await expect(page.getByText(/Dikerjakan oleh officer.oku sampai/)).toHaveCount(0, { timeout: 15_000 });
  expect((await api.get('/v1/duplicates?assigned=me')).items).toEqual([]);
});
