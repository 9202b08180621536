import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { expect, signIn, test, type Username } from '../support/test.ts';
import { csv, workbook } from '../support/workbook.ts';

/** Pages with ways out: how many tables and how many charts each has. */
const PAGES: readonly {
  readonly who: Username;
  readonly at: string;
  readonly tables: number;
  readonly charts: number;
  /** What stands over its pictures, where it is no heading of the page. */
  readonly heads?: string;
}[] = [
  { who: 'officer.oku', at: '/', tables: 6, charts: 5 },
  { who: 'officer.oku', at: '/peta', tables: 1, charts: 1, heads: 'Peta: Kabupaten Ogan Komering Ulu' },
  { who: 'officer.oku', at: '/petugas', tables: 1, charts: 0 },
  { who: 'officer.oku', at: '/daftar?campaign=pl-kumkm-2023', tables: 1, charts: 0 },
  { who: 'officer.oku', at: '/petugas?tab=tablets', tables: 1, charts: 1 },
  { who: 'coordinator.1', at: '/petugas?tab=rhythm', tables: 2, charts: 2 },
];

/** The browser hands out ten files of one load. */
const ENOUGH = 5;

const DAY = /^\d{4}-\d{2}-\d{2}$/; // written in words on the page

async function downloaded(
  page: Page,
  button: Locator,
): Promise<{ readonly name: string; readonly content: Buffer }> {
  const [file] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return { name: file.suggestedFilename(), content: readFileSync(await file.path()) };
}

/** Figures that the page shows, as numbers. */
async function figuresOf(main: Locator): Promise<number[]> {
  const found = (await main.allInnerTexts()).join(' ').match(/\d[\d.]*(,\d+)?/g) ?? [];
  return found.map((each) => Number(each.replaceAll('.', '').replace(',', '.')));
}

/** Share of the drawing's pixels that are not ground, and share of the title's pixels that are as it is written. */
async function pictureOf(
  page: Page,
  content: Buffer,
  title: string,
): Promise<{ readonly ink: number; readonly title: number }> {
  return await page.evaluate(
    async ([bytes, words]) => {
      const data = Uint8Array.from(atob(bytes), (each) => each.charCodeAt(0)); // the policy lets nobody fetch `data:`
      const bitmap = await createImageBitmap(new Blob([data]));
      const pixels = (draw: (pen: OffscreenCanvasRenderingContext2D) => void, height: number) => {
        const pen = new OffscreenCanvas(bitmap.width, height).getContext('2d');
        if (pen === null) throw new Error('no canvas');
        draw(pen);
        return new Uint32Array(pen.getImageData(0, 0, bitmap.width, height).data.buffer);
      };
      const [head, whole] = [100, pixels((pen) => pen.drawImage(bitmap, 0, 0), bitmap.height)];
      const ground = whole[0];
      const style = getComputedStyle(document.body);
      const written = pixels((pen) => {
        pen.fillStyle = style.backgroundColor;
        pen.fillRect(0, 0, bitmap.width, head);
        pen.scale(2, 2);
        pen.fillStyle = style.color;
        pen.font = "650 20px 'Plus Jakarta Sans Variable', system-ui, sans-serif";
        pen.fillText(words, 24, 44, bitmap.width / 2 - 48);
      }, head);
      let [letters, same] = [0, 0];
      for (let at = 0; at < written.length; at += 1) {
        if (written[at] === ground && whole[at] === ground) continue;
        letters += 1;
        if (written[at] === whole[at]) same += 1;
      }
      const drawing = whole.subarray(bitmap.width * 170);
      const ink = drawing.reduce((sum, each) => sum + (each === ground ? 0 : 1), 0) / drawing.length;
      return { ink, title: same / letters };
    },
    [content.toString('base64'), title] as const,
  );
}

for (const { who, at, tables, charts, heads } of PAGES) {
  test(`every file that ${at} hands out opens, with the figures of the page`, { tag: '@long' }, async ({
    page,
  }) => {
    await signIn(page, who, at);
    const main = page.getByRole('main');
    const button = (kind: string) => main.getByRole('button', { name: new RegExp(`${kind}$|^${kind}:`) });
    await expect(button('Excel')).toHaveCount(tables);
    await page.waitForLoadState('networkidle');
    const opens = main.getByRole('button', { name: 'Lihat tabel' });
    while ((await opens.count()) > 0) await opens.first().click();
    const shown = await figuresOf(main);
    for (let place = 0; place < tables; place += 1) {
      if (place === ENOUGH) {
        await page.reload();
        await expect(button('Excel')).toHaveCount(tables);
      }
      const text = await downloaded(page, button('CSV').nth(place));
      const book = await downloaded(page, button('Excel').nth(place));
      expect(text.name).toMatch(/^[a-z0-9.-]+\.csv$/);
      expect(book.name).toBe(text.name.replace(/csv$/, 'xlsx'));
      const rows = csv(text.content);
      expect(rows.length, text.name).toBeGreaterThan(1);
      // The same in both, numbers as numbers.
      const same = workbook(book.content).map((row) =>
        row.map((cell) => (typeof cell === 'number' ? String(cell).replace('.', ',') : (cell ?? ''))),
      );
      expect(same, book.name).toEqual(rows);
      // Of rows that the window shows, the page has each figure, maybe in fewer digits.
      const words = (await main.allInnerTexts()).join(' ');
      const here = rows
        .slice(1)
        .filter(
          ([first = '', second = '']) => words.includes(first) || words.includes(second) || DAY.test(first),
        );
      expect(here.length, text.name).toBeGreaterThan(0);
      for (const cell of here.slice(0, 3).flat()) {
        if (!/^\d+(,\d+)?$/.test(cell)) continue;
        const figure = Number(cell.replace(',', '.'));
        const found = shown.some((each) => Math.abs(each - figure) < 0.051);
        expect(found, `${cell} of ${text.name}`).toBe(true);
      }
    }
    await page.reload();
    await expect(button('PNG')).toHaveCount(charts);
    await page.waitForLoadState('networkidle');
    for (let place = 0; place < charts; place += 1) {
      const label = (await button('PNG').nth(place).getAttribute('aria-label')) ?? '';
      const picture = await downloaded(page, button('PNG').nth(place));
      expect(picture.content.subarray(1, 4).toString()).toBe('PNG');
      const headings = await main.getByRole('heading', { level: 2 }).allTextContents();
      // "Peringkat" is a key figure, and begins the name of a chart.
      const named = headings
        .filter((each) => label.includes(each))
        .sort((one, other) => other.length - one.length);
      const title = heads ?? named[0];
      const seen = await pictureOf(page, picture.content, title ?? '');
      console.log(`${picture.name}: ${JSON.stringify(seen)}`);
      expect(seen.ink, `${picture.name} is not empty`).toBeGreaterThan(0.005);
      expect(seen.title, `${picture.name} has its title`).toBeGreaterThan(0.9);
    }
  });
}

for (const at of ['/', '/petugas', '/register']) {
  test(`${at} on paper is the page without its frame, with tables that are whole`, { tag: '@long' }, async ({
    page,
  }) => {
    await signIn(page, 'officer.oku', at);
    await expect(page.getByRole('row').nth(1)).toBeVisible();
    await page.waitForLoadState('networkidle');
    await page.setViewportSize({ width: 703, height: 1032 }); // A4 within its margins
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    for (const each of ['navigation', 'banner', 'tablist'] as const)
      for (const part of await page.getByRole(each).all()) await expect(part).toBeHidden();
    const table = page.getByRole('table').last();
    expect(await table.locator('tbody tr[data-index]').count()).toBe(
      Number(await table.getAttribute('aria-rowcount')) - 1,
    );
    const look = await table.evaluate((element) => ({
      right: element.getBoundingClientRect().right,
      head: getComputedStyle(element.querySelector('thead') ?? element).display,
      row: getComputedStyle(element.querySelector('tbody tr[data-index]') ?? element).display,
      breaks: getComputedStyle(element.querySelector('tbody tr[data-index]') ?? element).breakInside,
      // A button in a heading would be drawn on the first sheet alone.
      buttons: [...element.querySelectorAll('thead button')].filter(
        (each) => each.getClientRects().length > 0,
      ).length,
    }));
    expect(look).toEqual({
      right: expect.any(Number),
      head: 'table-header-group',
      row: 'table-row',
      breaks: 'avoid',
      buttons: 0,
    });
    expect(look.right).toBeLessThanOrEqual(703);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(703);
  });
}
