// Filling a form in, step by step, as an enumerator does.

import { expect, type Page } from '@playwright/test';

/** A form of a new door, at its first page. */
export async function newDoor(page: Page, what: string, village: string): Promise<void> {
  await page.getByRole('button', { name: 'Pintu baru' }).click();
  await page.getByLabel('Desa/kelurahan').selectOption(village);
  await page.getByRole('button', { name: what, exact: true }).click();
}

export const next = async (page: Page) => await page.getByRole('button', { name: 'Lanjut' }).click();

/** A line of business, found by some words. */
export async function foodStall(page: Page, words = 'warung makan'): Promise<void> {
  await page.getByLabel(/^KBLI lima digit/).fill(words);
  await page.getByRole('button', { name: /56102/ }).click();
}

/** Store the form at its last page. */
export async function store(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Simpan isian', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Pintu baru' })).toBeVisible();
}

/** From any page of a form to its last one. */
export async function toEnd(page: Page): Promise<void> {
  const end = page.getByRole('heading', { level: 1, name: 'Periksa dan simpan' });
  const turn = page.getByRole('button', { name: /^(Lanjut|Periksa)$/ });
  for (let turned = 0; turned < 20; turned += 1) {
    await expect(end.or(turn)).toBeVisible(); // a form that is corrected begins at its end
    if (await end.isVisible()) break;
    await turn.click();
  }
  await expect(end).toBeVisible();
}

export interface Business {
  readonly name: string;
  readonly owner: string;
  readonly nik: string;
}

/** A short interview from the page of work to the outbox. */
export async function interview(page: Page, business: Business, village: string): Promise<void> {
  await newDoor(page, 'Usaha (UMKM)', village);
  await page.getByLabel(/^Nama usaha/).fill(business.name);
  await next(page);
  await foodStall(page);
  await next(page);
  await page.getByLabel(/^Nama pemilik/).fill(business.owner);
  await page.getByLabel(/^NIK/).fill(business.nik);
  await expect(page.getByText('Angka benar')).toBeVisible();
  await toEnd(page);
  await store(page);
}

/** Where this process begins among 9,000; the steps from there do not meet before all were used. */
const FIRST = Math.floor(Math.random() * 9_000);
let serial = 0;

/** A NIK that no other test uses: a woman who was born on 12 March 1985 in district 01 of Palembang. */
export function newNik(): string {
  serial += 1;
  return `167101520385${String(1 + ((FIRST + serial * 7) % 9_000)).padStart(4, '0')}`;
}
