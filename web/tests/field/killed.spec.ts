// Days in which everything breaks: the browser is killed anywhere, the network is cut anywhere, the clock is days off, and
// the storage is nearly full. `KUMKM_FIELD_KILLS=200` for so many kills, and as many cuts.

import type { BrowserContext, Page } from '@playwright/test';
import {
  enrol,
  figuresOf,
  installed,
  newDoor,
  newEnumerator,
  next,
  PHONE,
  PIN,
  toEnd,
} from '../support/field.ts';
import { Killable } from '../support/killable.ts';
import { DEMO, expect, test } from '../support/test.ts';

test.use({ viewport: PHONE });

const KILLS = Number(process.env.KUMKM_FIELD_KILLS ?? 12);
const MS_A_DAY = 86_400_000;
const MOST_DAYS = 3;
const NEARLY_FULL = 0.95;
const TYPED_MS = 1_500;
const SENT_MS = 2_500;

const random = (below: number) => Math.floor(Math.random() * below);

/** A NIK of its own for each round. */
const nikOf = (base: number, round: number) =>
  `16710152${String(1 + (round % 12)).padStart(2, '0')}85${String(base + round).padStart(4, '0')}`;

interface Broken {
  kills: number;
  cuts: number;
}

/** Half of all requests are cut: before they are sent, behind the commit, or at any byte of the answer. */
async function cut(context: BrowserContext, broken: Broken): Promise<void> {
  await context.route('**/v1/**', async (route) => {
    const chance = random(6);
    if (chance > 2) return route.continue().catch(() => {});
    broken.cuts += 1;
    if (chance === 0) return route.abort('connectionreset').catch(() => {});
    const answer = await route.fetch().catch(() => null);
    if (answer === null || chance === 1) return route.abort('connectionreset').catch(() => {});
    const body = await answer.body();
    return route
      .fulfill({ response: answer, body: body.subarray(0, random(body.length + 1)) })
      .catch(() => {});
  });
}

/** A tablet whose clock is some days off, and whose storage is used to 95 %. */
async function ill(page: Page, days: number): Promise<void> {
  await page.addInitScript((ms) => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + ms;
  }, days * MS_A_DAY);
  await page.goto(`${DEMO}/lapangan/`);
  const { used } = await page.evaluate(async () => ({
    used: (await navigator.storage.estimate()).usage ?? 0,
  }));
  const devtools = await page.context().newCDPSession(page);
  const origin = new URL(DEMO).origin;
  await devtools.send('Storage.overrideQuotaForOrigin', {
    origin,
    quotaSize: Math.ceil(used / NEARLY_FULL) + 20_000_000,
  });
}

/** Past the PIN, where five minutes of a clock that is off are over. */
async function opened(page: Page, address: string): Promise<void> {
  await page.goto(`${DEMO}/lapangan/${address}`);
  const pin = page.getByLabel('PIN', { exact: true });
  await expect(
    page
      .getByRole('navigation')
      .or(pin)
      .or(page.getByRole('button', { name: /Lanjut|Periksa/ }))
      .first(),
  ).toBeVisible();
  if (await pin.isVisible()) {
    await pin.fill(PIN);
    await page.getByRole('button', { name: 'OK' }).click();
    await expect(pin).toBeHidden();
  }
}

test('killed and cut anywhere, with a wrong clock: no stroke and no record is lost, and none is doubled @long', async ({
  request,
}) => {
  test.setTimeout(60_000 + KILLS * 20_000);
  const person = await newEnumerator(request);
  const browser = new Killable();
  const broken: Broken = { kills: 0, cuts: 0 };
  const base = 1_000 + random(7_000);
  const names: string[] = [];
  const start = async (address: string) => {
    const page = await browser.start();
    await ill(page, random(2 * MOST_DAYS + 1) - MOST_DAYS);
    await cut(page.context(), broken);
    await opened(page, address);
    return page;
  };
  const kill = async () => {
    await browser.kill();
    broken.kills += 1;
  };
  try {
    let page = await browser.start();
    await enrol(page, person);
    await installed(page);
    for (let round = 0; broken.kills < KILLS; round += 1) {
      const name = `Warung ${base + round} `;
      await opened(page, '#/tugas');
      await newDoor(page, 'Usaha (UMKM)', person.village);
      // Letters are typed until the browser is gone; what was said to be stored is the least that has to be there.
      let stored = '';
      const typing = (async () => {
        for (let letters = 1; letters < 100; letters += 1) {
          const text = name + 'x'.repeat(letters);
          await page.getByLabel(/^Nama usaha/).fill(text);
          await expect(page.locator('[data-stored=true]')).toBeVisible();
          stored = text;
        }
      })().catch(() => {});
      await Promise.race([typing, new Promise((later) => setTimeout(later, random(TYPED_MS)))]);
      await kill();
      await typing;
      page = await start('#/tugas');
      const draft = page.getByRole('link', { name: new RegExp(name) });
      if (stored === '' && (await draft.count()) === 0) {
        continue; // it was killed before anything was stored
      }
      await draft.click();
      const field = page.getByLabel(/^Nama usaha/);
      await expect(field).toHaveValue(new RegExp(`^${name}x*$`));
      expect((await field.inputValue()).length).toBeGreaterThanOrEqual(stored.length);
      await field.fill(name.trim());
      await next(page);
      await page.getByLabel(/^KBLI lima digit/).fill('warung makan');
      await page.getByRole('button', { name: /56102/ }).click();
      await next(page);
      await page.getByLabel(/^Nama pemilik/).fill('Acak');
      await page.getByLabel(/^NIK/).fill(nikOf(base, round));
      await toEnd(page);
      await page.getByRole('button', { name: /^Simpan/ }).click();
      await expect(page.getByRole('button', { name: 'Pintu baru' })).toBeVisible();
      names.push(name.trim());
      await opened(page, '#/kiriman');
      await page.getByRole('button', { name: /Kirim dan ambil|Sedang berjalan/ }).click();
      await page.waitForTimeout(random(SENT_MS));
      await kill();
      page = await start('#/kiriman');
      await expect(page.getByRole('link', { name: name.trim() })).toHaveCount(1);
    }
    await browser.kill();
    page = await browser.start();
    await opened(page, '#/kiriman');
    await expect
      .poll(
        async () => {
          await page
            .getByRole('button', { name: /Kirim dan ambil|Sedang berjalan/ })
            .click({ timeout: 60_000 });
          return await page.getByText('Aman di server').count();
        },
        { timeout: 120_000 },
      )
      .toBe(names.length);
    for (const each of names) await expect(page.getByRole('link', { name: each })).toHaveCount(1);
  } finally {
    await browser.end();
  }
  const row = await figuresOf(request, person);
  console.log(`${names.length} records, ${broken.kills} kills of the browser, ${broken.cuts} cuts`);
  expect(row).toMatchObject({ entered: names.length, submissions: names.length, duplicates: 0, invalid: 0 });
});
