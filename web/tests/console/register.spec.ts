import type { Page, Response } from '@playwright/test';
import { asked } from '../support/api.ts';
import { expect, signIn, test } from '../support/test.ts';

/** Everything that the API answers about businesses while the page is open. */
function answersOf(page: Page): Response[] {
  const answers: Response[] = [];
  page.on('response', (answer) => {
    if (new URL(answer.url()).pathname.startsWith('/v1/businesses')) answers.push(answer);
  });
  return answers;
}

const rows = (page: Page) => page.getByRole('table', { name: 'Usaha di register' }).getByRole('row');

test('a search finds by likeness, stays inside the territory, and leaves no name in the address', async ({
  page,
}) => {
  const answers = answersOf(page);
  await signIn(page, 'officer.oku', '/register');
  await page.getByLabel('Cari nama usaha').fill('tempee effendy');
  await expect(rows(page).nth(1)).toContainText('Tempe');
  await expect(page.getByText('yang paling mirip dulu')).toBeVisible();
  await page.getByLabel('Jenis').selectOption('umkm');
  await expect(page).toHaveURL(/kind=umkm/);
  expect(page.url().toLowerCase()).not.toContain('tempe');
  const listed = (await Promise.all(answers.map((answer) => answer.json()))).flatMap((body) => body.items);
  expect(listed.length).toBeGreaterThan(50);
  expect(listed.every((row) => row.region_code.startsWith('16.01.'))).toBe(true);
});

test('pages come while one scrolls, and each filter narrows what the API is asked for', async ({ page }) => {
  await signIn(page, 'officer.oku', '/register?size=small&kbli=10');
  await expect(rows(page).nth(1)).toBeVisible();
  await page.goto('/register');
  await expect(page.getByText('50 usaha pertama ditampilkan')).toBeVisible();
  await page.mouse.wheel(0, 4000);
  await expect(page.getByText('100 usaha pertama ditampilkan')).toBeVisible();
  const asked = page.waitForRequest((request) => request.url().includes('review_state=verified'));
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.getByRole('search').getByLabel('Pemeriksaan').selectOption('verified');
  await asked;
});

test('a coordinator never receives another team’s row', async ({ page }) => {
  const answers = answersOf(page);
  await signIn(page, 'coordinator.2', '/register');
  await expect(rows(page).nth(1)).toBeVisible();
  await page.getByLabel('Cari nama usaha').fill('warung');
  await expect(page.getByText('yang paling mirip dulu')).toBeVisible();
  const listed = (await Promise.all(answers.map((answer) => answer.json()))).flatMap((body) => body.items);
  expect(listed.length).toBeGreaterThan(50);
  const team = new Set(Array.from({ length: 14 }, (_, place) => `enumerator.${15 + place}`));
  expect(listed.map((row) => row.enumerator).filter((name) => !team.has(name))).toEqual([]);
  await expect(page.getByRole('button', { name: 'Koreksi' })).toHaveCount(0);
});

test('a number is asked by POST alone, and is nowhere afterwards', async ({ page }) => {
  const number = '1601145203850001';
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url()));
  await signIn(page, 'officer.oku', '/register');
  await page.getByLabel('Cari nama usaha').fill(number);
  await page.getByRole('status').getByRole('button', { name: 'Cek NIK/NIB' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Nomor', { exact: true }).fill('12');
  await dialog.getByRole('button', { name: 'Cek', exact: true }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await dialog.getByLabel('Nomor', { exact: true }).fill(number);
  await dialog.getByRole('button', { name: 'Cek', exact: true }).click();
  await expect(dialog.getByText(/^(Sudah|Belum) terdata/)).toBeVisible();
  expect(addresses.filter((address) => address.includes(number))).toEqual([]);
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  expect(kept + (await page.title()) + page.url()).not.toContain(number);
});

/** The address of a business that only this test changes. */
async function open(page: Page, words: string): Promise<void> {
  await page.getByLabel('Cari nama usaha').fill(words);
  await expect(page.getByText('yang paling mirip dulu')).toBeVisible();
  await rows(page).nth(1).getByRole('link').click();
  await expect(page.getByRole('heading', { name: 'Riwayat' })).toBeVisible();
}

test('an account without the right to personal data is offered none, nor is it in what arrives', async ({
  page,
}) => {
  await signIn(page, 'officer.oku', '/register');
  const answered = page.waitForResponse((answer) => /businesses\/[0-9a-f-]{36}$/.test(answer.url()));
  await open(page, 'salon darmawan');
  const business = await (await answered).json();
  expect(business.masked).toBe(true);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(business.name);
  expect(await page.title()).toBe('Usaha · KUMKM');
  await expect(page.getByRole('button', { name: 'Buka data pribadi' })).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Jawaban' }).getByText('•••').first()).toBeVisible();
});

test('who has the right sees personal data after saying why: the trail knows it, and nothing keeps it', async ({
  page,
  request,
}) => {
  await page.clock.install();
  const addresses: string[] = [];
  page.on('request', (each) => addresses.push(each.url()));
  await signIn(page, 'privacy.oku', '/register');
  const masked = page.waitForResponse((answer) => /businesses\/[0-9a-f-]{36}$/.test(answer.url()));
  await open(page, 'laundry');
  const { id, numbers } = await (await masked).json();
  const dialog = page.getByRole('dialog');
  const why = 'mencocokkan NIK atas permintaan pemilik';
  const unmask = async () => {
    await page.getByRole('button', { name: 'Buka data pribadi' }).click();
    await dialog.getByRole('button', { name: 'Buka', exact: true }).click();
    await expect(dialog.getByText('paling sedikit 5 huruf')).toBeVisible();
    await dialog.getByLabel('Alasan').fill(why);
    const answered = page.waitForResponse((answer) => answer.url().endsWith(id));
    await dialog.getByRole('button', { name: 'Buka', exact: true }).click();
    return (await (await answered).json()).numbers.nik;
  };
  const nik = await unmask();
  expect(nik).toMatch(/^\d{16}$/);
  expect(JSON.stringify(numbers)).not.toContain(nik);
  const seen = page.getByRole('main').getByText(nik);
  await expect(seen.first()).toBeVisible();
  await expect(page.getByText(`“${why}”`)).toBeVisible();
  const admin = await asked(request, 'admin');
  const [event] = (await admin.get(`/v1/audit?action=pii.read&subject=${id}`)).items;
  expect(event).toMatchObject({ actor: 'privacy.oku', detail: { reason: why } });

  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  expect(kept + (await page.title()) + addresses.join(' ')).not.toContain(nik);
  await page.getByRole('button', { name: 'Samarkan sekarang' }).click();
  await expect(seen).toHaveCount(0);
  expect(await page.content()).not.toContain(nik);

  expect(await unmask()).toBe(nik);
  await expect(seen.first()).toBeVisible();
  await page.clock.fastForward('05:01');
  await expect(seen).toHaveCount(0);
  await page.getByRole('link', { name: 'Ke daftar' }).click();
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Riwayat' })).toBeVisible();
  expect(await page.content()).not.toContain(nik);
});

test('a correction needs a reason, keeps what was typed where it is refused, and is in the history', async ({
  page,
}) => {
  await signIn(page, 'officer.oku', '/register');
  await open(page, 'mebel andi');
  await page.getByRole('button', { name: 'Koreksi' }).click();
  const dialog = page.getByRole('dialog');
  const add = dialog.getByRole('combobox', { name: 'Tambah jawaban yang dikoreksi' });
  await add.fill('KBLI');
  await page.getByRole('option', { name: 'KBLI lima digit' }).click();
  await dialog.getByLabel('KBLI lima digit').fill('3100');
  await add.fill('Nama usaha');
  await page.getByRole('option', { name: 'Nama usaha' }).click();
  await dialog.getByLabel('Nama usaha').fill('<script>alert(1)</script> Mebel');
  await dialog.getByRole('button', { name: 'Simpan koreksi' }).click();
  await expect(dialog.getByText('paling sedikit 5 huruf')).toBeVisible();
  await dialog.getByLabel('Alasan').fill('pemilik menunjukkan papan nama');
  await dialog.getByRole('button', { name: 'Simpan koreksi' }).click();
  await expect(dialog.getByLabel('KBLI lima digit')).toHaveAttribute('aria-invalid', 'true');
  await expect(dialog.getByLabel('Nama usaha')).toHaveValue('<script>alert(1)</script> Mebel');
  await dialog.getByRole('button', { name: 'Tutup' }).click();
  await page.getByRole('button', { name: 'Koreksi' }).click();
  await dialog.getByLabel('KBLI lima digit').fill('31002');
  await dialog.getByRole('button', { name: 'Simpan koreksi' }).click();
  await expect(page.getByText('Koreksi tersimpan sebagai revisi 2.')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('<script>alert(1)</script> Mebel');
  await expect(page.getByText('“pemilik menunjukkan papan nama”')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Asal jawaban' }).getByRole('listitem')).toHaveCount(2);
});

test('an export is made, counted, and taken out', async ({ page }) => {
  await signIn(page, 'officer.oku', '/register?kind=koperasi&tab=exports');
  await page.getByRole('radio', { name: 'CSV', exact: true }).check();
  await expect(page.getByText('Koperasi (16.01)')).toBeVisible();
  await page.getByRole('button', { name: 'Buat berkas' }).click();
  const jobs = page.getByRole('region', { name: 'Berkas saya' }).getByRole('listitem');
  const job = jobs.first();
  await expect(job.getByText('Siap diunduh')).toBeVisible({ timeout: 20_000 });
  const counted = Number(((await job.textContent()) ?? '').match(/([\d.]+) baris/)?.[1]?.replace('.', ''));
  const downloading = page.waitForEvent('download');
  await job.getByRole('button', { name: 'Unduh' }).click();
  const stream = await (await downloading).createReadStream();
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString('utf16le').trim().split('\n');
  expect(counted).toBeGreaterThan(10);
  expect(lines.length - 1).toBe(counted);
  const before = await jobs.count();
  await job.getByRole('button', { name: /^Hapus/ }).click();
  await expect(jobs).toHaveCount(before - 1);
});
