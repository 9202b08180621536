import type { Locator, Page } from '@playwright/test';
import { enrol, figuresOf, installed, newEnumerator, PHONE } from '../support/field.ts';
import { foodStall, newDoor, newNik, next, store, toEnd } from '../support/filling.ts';
import { Killable } from '../support/killable.ts';
import { unlock } from '../support/tablet.ts';
import { DEMO, expect, test } from '../support/test.ts';
import { Wire } from '../support/wire.ts';

test.use({ viewport: PHONE });

/** Kills of the browser, and at least as many cuts of the network. 200 take about seven minutes. */
const KILLS = Number(process.env.KUMKM_FIELD_KILLS ?? 6);
/** So many kills over one form; then it is finished, and the next one is begun. */
const FORM = 5;
const LIFE_MS = 1_500;
/** That anything on a page takes. */
const LONGEST_MS = 30_000;
const BALLAST = 512 * 1024 * 1024;
const MS_A_DAY = 86_400_000;
const FIELD = /^Alamat usaha/;
const STROKES = 'abcdefghijklmnopqrstuvwxyz';

const random = (below: number) => Math.floor(Math.random() * below);

/** Another clock, which runs as fast. */
async function clockAhead(page: Page, days: number): Promise<void> {
  await page.addInitScript((ms) => {
    const Own = Date;
    globalThis.Date = class extends Own {
      constructor(...said: unknown[]) {
        super(...((said.length === 0 ? [Own.now() + ms] : said) as [number]));
      }
      static override now = () => Own.now() + ms;
    } as DateConstructor;
  }, days * MS_A_DAY);
}

/** A file beside the app's, so that a twentieth of the storage is more than the app wants free when it opens its tables. */
async function fillWith(page: Page, bytes: number): Promise<void> {
  await page.evaluate(async (size) => {
    const file = await (await navigator.storage.getDirectory()).getFileHandle('ballast', { create: true });
    const writing = await file.createWritable();
    await writing.write(new Uint8Array(size));
    await writing.close();
  }, bytes);
}

/** So much storage that what is used is 95 % of it. What is returned gives it room again. */
async function nearlyFull(page: Page, origin: string): Promise<() => Promise<void>> {
  const devtools = await page.context().newCDPSession(page);
  const { usage } = await devtools.send('Storage.getUsageAndQuota', { origin });
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: Math.ceil(usage / 0.95) });
  return async () => {
    await devtools.send('Storage.overrideQuotaForOrigin', { origin });
  };
}

/** Something that has to be stored. Where the app says that it has no room, there is some, and it is done again. */
async function stored(
  page: Page,
  act: () => Promise<void>,
  seenAs: Locator,
  free: () => Promise<void>,
): Promise<void> {
  await act();
  const full = page.getByText(/isian terakhir TIDAK tersimpan/);
  await expect(seenAs.or(full).first()).toBeVisible();
  if (await full.first().isVisible()) {
    await free();
    page.setDefaultTimeout(3_000);
    // What was begun before may be done by now.
    await expect(async () => {
      if (!(await seenAs.isVisible())) await act();
      await expect(seenAs).toBeVisible({ timeout: 3_000 });
    }).toPass({ timeout: 30_000 });
    page.setDefaultTimeout(LONGEST_MS);
  }
  await expect(seenAs).toBeVisible();
}

/** Says the PIN wherever it is asked: with a clock that is wrong, nobody knows when that is. Nothing waits for ever. */
async function attended(page: Page): Promise<Page> {
  page.setDefaultTimeout(LONGEST_MS);
  await page.addLocatorHandler(page.getByRole('heading', { name: 'Terkunci' }), async () => {
    await unlock(page);
  });
  return page;
}

/** A page of the app. */
async function show(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole('link', { name: 'Tugas' })).toBeVisible({ timeout: 30_000 });
}

/** The rest of a form from its first page, and saved. */
async function finished(page: Page, address: string, free: () => Promise<void>): Promise<void> {
  await expect(page.getByLabel(FIELD)).toHaveValue(address);
  await next(page);
  await foodStall(page);
  await next(page);
  await page.getByLabel(/^Nama pemilik/).fill('Acak');
  await page.getByLabel(/^NIK/).fill(newNik());
  await expect(page.getByText('Angka benar')).toBeVisible();
  await toEnd(page);
  const save = () => page.getByRole('button', { name: 'Simpan isian', exact: true }).click();
  await stored(page, save, page.getByRole('button', { name: 'Pintu baru' }), free);
}

test('days in which the network is cut anywhere and the browser is killed anywhere lose nothing and double nothing @long', async ({
  request,
}) => {
  test.setTimeout(180_000 + KILLS * 20_000);
  const person = await newEnumerator(request);
  const browser = new Killable();
  const wire = new Wire(new URL(DEMO.replace('localhost', '127.0.0.1')));
  const origin = await wire.open();
  const names: string[] = [];
  const seen = {
    kills: 0,
    clocks: 0,
    nearlyFull: 0,
    strokes: 0,
    saidToBeStored: 0,
    storedUnsaid: 0,
    saidToBeFull: 0,
    corrected: 0,
  };
  const began = Date.now();
  let free = async (): Promise<void> => {};

  /** Type until the browser is killed, at a random instant. Returns what was typed, and what of it was said to be stored. */
  const typedUntilKilled = async (page: Page): Promise<{ typed: string; stored: string }> => {
    const field = page.getByLabel(FIELD);
    await field.focus();
    await page.keyboard.press('End');
    let typed = await field.inputValue();
    let stored = typed;
    let isKilled = false;
    const killed = new Promise<void>((done, failed) => {
      setTimeout(() => {
        isKilled = true;
        browser.kill().then(done, failed);
      }, random(LIFE_MS));
    });
    try {
      while (!isKilled) {
        const stroke = STROKES[random(STROKES.length)] ?? '';
        typed += stroke; // whether it arrived is unknown if the browser is killed over it
        await page.keyboard.type(stroke);
        seen.strokes += 1;
        // In one look: what the field shows, and whether the page says that it is stored.
        const told = await field.evaluate((shown) => ({
          value: (shown as HTMLInputElement).value,
          isStored: document.querySelector('[data-stored]')?.getAttribute('data-stored') === 'true',
        }));
        if (told.isStored) {
          stored = told.value;
          seen.saidToBeStored += 1;
        }
      }
    } catch (fault) {
      if (!isKilled) throw fault;
    }
    await killed;
    seen.kills += 1;
    return { typed, stored };
  };

  /** A browser on the bad network, in some rounds with a clock that is wrong by days or with a storage that is nearly full. */
  const opened = async (round: number): Promise<Page> => {
    const page = await attended(await browser.start());
    free = async () => {};
    if (round % 4 === 3) {
      await clockAhead(page, random(7) - 3);
      seen.clocks += 1;
    }
    if (round % 4 === 1) {
      const lift = await nearlyFull(page, origin);
      free = async () => {
        seen.saidToBeFull += 1;
        await lift();
      };
      seen.nearlyFull += 1;
    }
    return page;
  };

  let page = await attended(await browser.start());
  try {
    await enrol(page, person, origin);
    await installed(page);
    await fillWith(page, BALLAST);
    wire.bad = true;
    for (let round = 0; seen.kills < KILLS || wire.cuts < KILLS; round += 1) {
      const name = `Warung ${names.length + 1}`;
      const begun = async () => {
        await show(page, `${origin}/lapangan/#/tugas`);
        await newDoor(page, 'Usaha (UMKM)', person.village);
      };
      await stored(page, begun, page.getByLabel(/^Nama usaha/), free);
      const named = async () => {
        await page.getByLabel(/^Nama usaha/).fill('');
        await page.getByLabel(/^Nama usaha/).fill(name);
      };
      await stored(page, named, page.locator('[data-stored=true]'), free);
      let known = '';
      for (let kill = 0; kill < FORM; kill += 1) {
        const { typed, stored } = await typedUntilKilled(page);
        page = await opened(round * FORM + kill);
        await show(page, `${origin}/lapangan/#/tugas`);
        await page.getByRole('link', { name: new RegExp(`${name}(?!\\d)`) }).click();
        known = await page.getByLabel(FIELD).inputValue();
        expect(typed.startsWith(known), `${known} of ${typed}`).toBe(true);
        expect(known.length, `${known} after ${stored} was stored`).toBeGreaterThanOrEqual(stored.length);
        if (known.length > stored.length) seen.storedUnsaid += 1;
      }
      await finished(page, known, free);
      names.push(name);
      await page.goto(`${origin}/lapangan/#/kiriman`);
      await page.waitForTimeout(random(LIFE_MS));
      await browser.kill();
      seen.kills += 1;
      page = await opened(round);
      await show(page, `${origin}/lapangan/#/kiriman`);
      await expect(page.getByRole('link', { name: /Warung \d/ })).toHaveCount(names.length);
    }
    wire.bad = false;
    await browser.kill();
    page = await attended(await browser.start());
    await show(page, `${origin}/lapangan/#/kiriman`);
    const sent = async (): Promise<number> => {
      await page.getByRole('button', { name: /Kirim dan ambil|Sedang berjalan/ }).click({ timeout: 60_000 });
      return (await page.getByText('Aman di server').count()) + (await toFix.count());
    };
    const toFix = page.getByRole('link', { name: /Perlu diperbaiki/ });
    await expect.poll(sent, { timeout: 120_000 }).toBe(names.length);
    // What was recorded by a clock that was ahead, and sent by one that is right, has not happened yet: the server asks.
    while ((await toFix.count()) > 0) {
      await expect(toFix.first()).toContainText('Waktu pengisian ada di masa depan');
      await toFix.first().click();
      await page.getByRole('button', { name: 'Perbaiki' }).click();
      await toEnd(page);
      await store(page);
      await page.goto(`${origin}/lapangan/#/kiriman`);
      seen.corrected += 1;
      await expect.poll(sent, { timeout: 60_000 }).toBe(names.length);
    }
  } finally {
    await browser.end();
    wire.close();
    const seconds = Math.round((Date.now() - began) / 1000);
    process.stdout.write(`${JSON.stringify({ ...seen, cuts: wire.cuts, forms: names.length, seconds })}\n`);
  }
  const row = await figuresOf(request, person);
  expect(row).toMatchObject({ entered: names.length, submissions: names.length, duplicates: 0, invalid: 0 });
});
