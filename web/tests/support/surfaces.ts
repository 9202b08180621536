import type { Locator, Page } from '@playwright/test';
import { asked } from './api.ts';
import { judged } from './judged.ts';
import { type Username, visit } from './test.ts';

/** Something that is looked at. In the short form those that are `first`, the fullest ones. */
export interface Surface {
  readonly name: string;
  readonly who?: Username;
  readonly at: string;
  readonly first?: true;
  /** What is there when it is whole. */
  readonly whole: (page: Page) => Locator;
  /** What is done before it is looked at. */
  readonly open?: (page: Page) => Promise<void>;
}

const dialog = (page: Page) => page.getByRole('dialog').last();
const click = (name: string | RegExp) => async (page: Page) =>
  await page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click();
const tab = (page: Page) => page.getByRole('tabpanel');
const tableOrNone = (page: Page) =>
  page
    .getByRole('region', { name: /^(Daftar pintu|List of doors)$/ })
    .getByText(/pintu|doors/i)
    .last();
const row = (page: Page) => page.getByRole('row').nth(1);
const verify = (page: Page) => page.getByRole('button', { name: 'Verifikasi', exact: true, disabled: false });
const QUEUE = '/pemeriksaan?warnings=no&enumerator=enumerator.13';

/** The first of a list of the API, as the end of an address. */
async function firstOf(page: Page, path: string, key: string): Promise<string> {
  const { items } = await (await asked(page.request, 'admin')).get(path);
  return String(items[0][key]);
}

const business = async (page: Page) =>
  await visit(page, `/register/${await firstOf(page, '/v1/businesses?limit=1', 'id')}`);

/** Each page, tab and dialog. */
export const SURFACES: readonly Surface[] = [
  {
    name: 'overview',
    at: '/?compare=2022-09-06',
    first: true,
    whole: row,
  },
  { name: 'choice of a region', at: '/', whole: dialog, open: click(/^Wilayah/) },
  { name: 'choice of a day', at: '/', whole: dialog, open: click(/^Per hari ini/) },
  { name: 'menu of the account', at: '/', whole: (page) => page.getByRole('menu'), open: click(/^Akun/) },
  {
    name: 'a page that is none',
    at: '/tidak-ada',
    whole: (page) => page.getByRole('link', { name: 'Ke Ringkasan' }),
  },
  { name: 'map', at: '/peta', whole: row },
  { name: 'keys', at: '/kunci', whole: (page) => page.getByRole('button', { name: 'Buat kunci' }) },
  { name: 'a new key', at: '/kunci', whole: dialog, open: click('Buat kunci') },
  { name: 'loading boundaries', at: '/peta', whole: dialog, open: click('Muat batas wilayah') },
  { name: 'field force', at: '/petugas', whole: row },
  { name: 'rhythm of work', who: 'coordinator.1', at: '/petugas?tab=rhythm', whole: tab },
  { name: 'tablets and versions', at: '/petugas?tab=tablets', whole: tab },
  {
    name: 'one of the field force',
    at: '/petugas',
    whole: (page) => dialog(page).getByText('Wilayah tugas'),
    open: async (page) => await page.getByRole('row').nth(1).getByRole('link').first().click(),
  },
  { name: 'listing', at: '/daftar?campaign=pl-kumkm-2023', whole: row },
  {
    name: 'beginning a listing',
    at: '/daftar?campaign=pl-kumkm-2023',
    whole: dialog,
    open: click(/^(Ambil dari|Begin from)/),
  },
  { name: 'no listing', at: '/daftar', whole: (page) => page.getByRole('heading', { level: 2 }) },
  { name: 'doors and call-backs', at: '/kunjungan', whole: row },
  { name: 'doors of a village', at: '/kunjungan?region=16.01.14.1003&state=refused', whole: tableOrNone },
  {
    name: 'quality',
    at: '/mutu',
    whole: (page) => page.getByRole('article').getByRole('article').first(),
    open: (page) => judged(page.request),
  },
  {
    name: 'flagged records',
    at: '/mutu?tab=records',
    whole: (page) => page.getByRole('link', { name: /^(Buka isian|Open the record)/ }).first(),
    open: async (page) => {
      await judged(page.request);
      await page.reload();
    },
  },
  {
    name: 'counts of flags',
    at: '/mutu?tab=counts',
    whole: row,
    open: async (page) => {
      await judged(page.request);
      await page.reload();
    },
  },
  {
    name: 'dismissing a flag',
    at: '/mutu',
    whole: dialog,
    open: async (page) => {
      await judged(page.request);
      await page.reload();
      await click(/^Kesampingkan/)(page);
    },
  },
  { name: 're-interviews', at: '/mutu?tab=reinterviews', whole: row },
  {
    name: 'giving a re-interview',
    at: '/mutu?tab=reinterviews&again=assigned',
    whole: dialog,
    open: async (page) =>
      await page
        .getByRole('button', { name: /^(Alihkan|Give to another)/ })
        .first()
        .click(),
  },
  { name: 'review', who: 'coordinator.1', at: QUEUE, first: true, whole: verify },
  { name: 'keys of review', who: 'coordinator.1', at: QUEUE, whole: dialog, open: click('Tombol pintas') },
  { name: 'returning a record', who: 'coordinator.1', at: QUEUE, whole: dialog, open: click('Kembalikan') },
  {
    name: 'verifying at a stroke',
    who: 'coordinator.1',
    at: QUEUE,
    whole: dialog,
    open: click('Verifikasi sekaligus'),
  },
  {
    name: 'duplicates',
    at: '/ganda',
    whole: (page) => page.getByRole('radio').first(),
    open: (page) => openCase(page),
  },
  {
    name: 'held items',
    at: '/ganda?queue=held',
    whole: (page) => page.getByRole('button', { name: 'Tolak' }),
    open: (page) => openHeld(page),
  },
  {
    name: 'refusing a held item',
    at: '/ganda?queue=held',
    whole: dialog,
    open: async (page) => {
      await openHeld(page);
      await click('Tolak')(page);
    },
  },
  {
    name: 'coding',
    at: '/pengodean',
    whole: (page) => page.getByRole('radio').first(),
    open: async (page) => await page.getByRole('searchbox').fill('pangkas rambut'),
  },
  { name: 'what was coded', at: '/pengodean?state=coded', whole: (page) => page.getByRole('article') },
  { name: 'register', at: '/register', whole: row },
  {
    name: 'exports',
    at: '/register?tab=exports',
    whole: (page) => page.getByRole('button', { name: 'Buat berkas' }),
  },
  { name: 'looking a number up', at: '/register', whole: dialog, open: click('Cek NIK/NIB') },
  {
    name: 'one business',
    at: '/register',
    first: true,
    whole: (page) => page.getByRole('heading', { name: 'Riwayat' }),
    open: business,
  },
  {
    name: 'a correction',
    at: '/register',
    whole: dialog,
    open: async (page) => {
      await business(page);
      await click('Koreksi')(page);
    },
  },
  {
    name: 'asking for personal data',
    who: 'privacy.oku',
    at: '/register',
    whole: dialog,
    open: async (page) => {
      await business(page);
      await click('Buka data pribadi')(page);
    },
  },
  {
    name: 'confirmed numbers',
    at: '/konfirmasi',
    whole: (page) => page.getByRole('heading', { name: /^(Permintaan|Requests)$/ }),
  },
  {
    name: 'a request that waits for answers',
    who: 'privacy.oku',
    at: '/konfirmasi',
    whole: (page) => page.getByText('Masukkan jawaban'),
    open: (page) => openRequest(page),
  },
  {
    name: 'the file for an agency',
    who: 'privacy.oku',
    at: '/konfirmasi',
    whole: dialog,
    open: async (page) => {
      await openRequest(page);
      await click('Unduh berkas')(page);
    },
  },
  {
    name: 'a record whose number was not confirmed',
    who: 'coordinator.2',
    at: '/pemeriksaan',
    whole: (page) => page.getByText('Nomor yang tidak dikonfirmasi'),
    open: (page) => openDoubt(page),
  },
  {
    name: 'a request for confirmation',
    who: 'privacy.oku',
    at: '/konfirmasi',
    whole: dialog,
    open: click('Buat permintaan'),
  },
  { name: 'accounts', at: '/orang', whole: row },
  {
    name: 'one account',
    at: '/orang',
    whole: dialog,
    open: async (page) => await page.getByRole('row').nth(1).getByRole('button').click(),
  },
  { name: 'a new account', at: '/orang', whole: dialog, open: click('Akun baru') },
  { name: 'teams', at: '/orang?tab=teams', whole: tab },
  { name: 'a new team', at: '/orang?tab=teams', whole: dialog, open: click('Tim baru') },
  { name: 'assignments', at: '/orang?tab=assignments', whole: tab },
  { name: 'assigning', at: '/orang?tab=assignments', whole: dialog, open: click('Tugaskan') },
  { name: 'handing over', at: '/orang?tab=assignments', whole: dialog, open: click('Serah terima') },
  { name: 'tablets', at: '/orang?tab=tablets', whole: tab },
  { name: 'revoking a tablet', at: '/orang?tab=tablets', whole: dialog, open: click('Cabut') },
  { name: 'imports', at: '/orang?tab=import', whole: tab },
  { name: 'campaigns', at: '/kegiatan', whole: (page) => page.getByText('pl-kumkm-2022') },
  { name: 'a new campaign', who: 'admin', at: '/kegiatan', whole: dialog, open: click('Kegiatan baru') },
  {
    name: 'targets',
    at: '/kegiatan?tab=targets',
    whole: (page) => page.getByRole('textbox', { name: /^Target / }).first(),
  },
  { name: 'meaning of columns', at: '/kegiatan?tab=columns', whole: row },
  { name: 'audit trail', who: 'admin', at: '/kegiatan?tab=trail', whole: row },
  { name: 'statistics', at: '/statistik', whole: (page) => page.getByRole('heading', { name: /^Stati/ }) },
  { name: 'reports', at: '/laporan', whole: (page) => page.getByText('Sumber: Basis Data') },
  { name: 'cutoffs', at: '/rilis', whole: (page) => page.getByRole('heading', { name: 'Rilis' }) },
  { name: 'a new cutoff', at: '/rilis', whole: dialog, open: click('Terbitkan angka') },
  {
    name: 'honour',
    who: 'admin',
    at: '/honor?region=16.01',
    whole: (page) => page.getByRole('link', { name: 'HON-0001' }),
  },
  {
    name: 'a new payment list',
    at: '/honor?region=16.01',
    whole: dialog,
    open: click(/Buat daftar honor|Make a payment list/),
  },
  {
    name: 'a rule of honour',
    who: 'admin',
    at: '/honor?region=16.01',
    whole: dialog,
    open: click(/Aturan baru|New rule/),
  },
  { name: 'webhooks', at: '/webhook', whole: (page) => page.getByRole('heading', { name: 'Webhook' }) },
  { name: 'a new webhook', at: '/webhook', whole: dialog, open: click('Webhook baru') },
  { name: 'own account', at: '/akun', whole: (page) => page.getByText('Sesi ini') },
  { name: 'signing out everywhere', at: '/akun', whole: dialog, open: click('Keluar di semua tempat') },
  {
    name: 'signing in again',
    at: '/kegiatan',
    whole: (page) => page.getByRole('dialog', { name: 'Masuk lagi' }),
    open: async (page) => {
      await page.context().clearCookies();
      await page.route('**/v1/businesses?*', (route) => route.fulfill({ status: 401, json: {} }));
      await visit(page, '/register');
    },
  },
];

async function openCase(page: Page): Promise<void> {
  await visit(page, `/ganda?case=${await firstOf(page, '/v1/duplicates?state=open&limit=1', 'id')}`);
}

/** The demo's request that has an answer file to come. */
async function openRequest(page: Page): Promise<void> {
  const { items } = await (await asked(page.request, 'privacy.oku')).get('/v1/verification/requests');
  const waits = items.find((each: { region_code: string }) => each.region_code === '16.01.22');
  await visit(page, `/konfirmasi?permintaan=${waits.id}`);
}

/** A record of a team in a district that Dukcapil was asked about. */
export async function openDoubt(page: Page): Promise<void> {
  const filters = 'verification=mismatch&region=16.01.07&review_state=unreviewed&limit=1';
  const { items } = await (await asked(page.request, 'coordinator.2')).get(`/v1/businesses?${filters}`);
  await visit(page, `/pemeriksaan?record=${items[0].record_id}`);
}

async function openHeld(page: Page): Promise<void> {
  await visit(page, `/ganda?queue=held&item=${await firstOf(page, '/v1/held?limit=1', 'id')}`);
}
