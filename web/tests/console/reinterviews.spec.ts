import type { Page } from '@playwright/test';
import { asked } from '../support/api.ts';
import { expect, signIn, test } from '../support/test.ts';

const CHEATS = ['enumerator.17', 'enumerator.38', 'enumerator.52', 'enumerator.71'];

interface Person {
  readonly enumerator: string;
  readonly enumerator_name: string;
  readonly agreed: number;
  readonly compared: number;
  readonly done: number;
  readonly drawn: number;
}

const table = (page: Page, name: string) => page.getByRole('table', { name });

test('who cheats agrees least, and each share has its denominator', async ({ page, request }) => {
  const api = await asked(request, 'officer.oku');
  const { items } = (await api.get('/v1/quality/agreement?limit=200')) as { items: Person[] };
  const least = items.slice(0, CHEATS.length);
  expect(least.map((each) => each.enumerator).sort()).toEqual(CHEATS);
  await signIn(page, 'officer.oku', '/mutu?tab=reinterviews');
  const people = table(page, 'Kesesuaian menurut petugas');
  const [first] = least;
  const row = people.getByRole('row').filter({ hasText: first?.enumerator_name ?? '' });
  await expect(row).toContainText(`${first?.agreed} dari ${first?.compared}`);
  await expect(row).toContainText(`${first?.done} dari ${first?.drawn}`);
  const asking = (await api.get('/v1/quality/agreement?limit=200&by=reinterviewer')) as {
    items: { reinterviewer_name: string; agreed: number; compared: number }[];
  };
  const [second] = asking.items;
  await expect(
    table(page, 'Kesesuaian menurut yang bertanya lagi')
      .getByRole('row')
      .filter({ hasText: second?.reinterviewer_name ?? '' }),
  ).toContainText(`${second?.agreed} dari ${second?.compared}`);
  await expect(
    table(page, 'Kesesuaian menurut pertanyaan').getByText('Penjualan setahun (Rp)'),
  ).toBeVisible();
});

test('a re-interview is given to another, and not to whose record it is', async ({ page, request }) => {
  const api = await asked(request, 'officer.oku');
  const { items } = await api.get('/v1/quality/reinterviews?state=assigned&limit=1');
  const [one] = items;
  const other = one.assignee === 'enumerator.3' ? 'enumerator.4' : 'enumerator.3';
  await signIn(page, 'officer.oku', '/mutu?tab=reinterviews&again=assigned');
  await page
    .getByRole('button', { name: /^Alihkan/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Ditanyakan lagi oleh').fill(one.enumerator);
  await dialog.getByRole('button', { name: 'Berikan' }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await dialog.getByLabel('Ditanyakan lagi oleh').fill(other);
  await dialog.getByRole('button', { name: 'Berikan' }).click();
  await expect(
    page.getByRole('status').filter({ hasText: 'Wawancara ulang sudah diberikan.' }),
  ).toBeVisible();
  const now = await api.get(`/v1/quality/reinterviews?state=assigned&assignee=${other}&limit=1000`);
  expect(now.items.map((each: { id: string }) => each.id)).toContain(one.id);
});
