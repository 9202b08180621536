import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { asked } from '../support/api.ts';
import { expect, signIn, test } from '../support/test.ts';

type Corner = [number, number];
const READY = '[data-ready]';
const BAD_NAME = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>';

/** The map is drawn: by software here, on a machine that does other things, too. */
async function drawn(page: Page): Promise<void> {
  await expect(page.locator(READY)).toBeVisible({ timeout: 40_000 });
}

const SAMPLE = 15; // pixels of a side: letters of a name are thinner

/** The commonest colour of the page around a place, as the screen has it. */
async function colourAt(page: Page, x: number, y: number): Promise<string> {
  const clip = { x: x - (SAMPLE - 1) / 2, y: y - (SAMPLE - 1) / 2, width: SAMPLE, height: SAMPLE };
  const picture = await page.screenshot({ clip });
  return await page.evaluate(
    async ([bytes, side]) => {
      const image = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: 'image/png' }));
      const pen = new OffscreenCanvas(side, side).getContext('2d');
      pen?.drawImage(image, 0, 0);
      const data = pen?.getImageData(0, 0, side, side).data ?? new Uint8ClampedArray();
      const times = new Map<string, number>();
      for (let at = 0; at < data.length; at += 4) {
        const colour = [...data.slice(at, at + 3)].join(',');
        times.set(colour, (times.get(colour) ?? 0) + 1);
      }
      return [...times].toSorted(([, one], [, other]) => other - one)[0]?.[0] ?? '';
    },
    [[...picture], SAMPLE] as const,
  );
}

/** The colours of the legend, the lowest first, and the last one of no figure. */
async function legendOf(page: Page): Promise<string[]> {
  return await page.locator('[data-ramp] li > span').evaluateAll((samples) =>
    samples.map((sample) => {
      const pen = new OffscreenCanvas(1, 1).getContext('2d');
      if (pen === null) return '';
      pen.fillStyle = getComputedStyle(sample).backgroundColor;
      pen.fillRect(0, 0, 1, 1);
      return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).join(',');
    }),
  );
}

const near = (one: string, other: string) => {
  const parts = other.split(',').map(Number);
  return one.split(',').every((part, place) => Math.abs(Number(part) - (parts[place] ?? 999)) <= 3);
};

async function villages(
  page: Page,
  district: string,
): Promise<{ region: { name: string }; entered: number }[]> {
  const api = await asked(page.request, 'officer.oku');
  return (await api.get(`/v1/progress/regions?parent=${district}`)).items;
}

test('colours are those of the figures of the API; a region is opened from the map, and on it', {
  tag: '@long',
}, async ({ page }) => {
  await signIn(page, 'officer.oku', '/peta?region=16.01.14&layer=entered');
  await drawn(page);
  const rows = await villages(page, '16.01.14');
  const sorted = rows.map(({ entered }) => entered).toSorted((one, other) => one - other);
  const bounds = [1, 2, 3, 4].map((part) => sorted[Math.floor((part * sorted.length) / 5)] ?? 0);
  const legend = await legendOf(page);
  expect(legend).toHaveLength(6);
  const box = await page.locator(`${READY} canvas`).boundingBox();
  if (box === null) throw new Error('no map');
  const tip = page.locator(`${READY} > [aria-hidden]`);
  const seen = new Map<string, string>();
  for (const [across, down] of [
    [0.5, 0.5],
    [0.42, 0.6],
    [0.58, 0.4],
    [0.5, 0.3],
    [0.56, 0.66],
  ] as const) {
    const [x, y] = [Math.round(box.x + box.width * across), Math.round(box.y + box.height * down)];
    await page.mouse.move(x, y);
    if (!(await tip.isVisible())) continue;
    const words = (await tip.textContent()) ?? '';
    await page.mouse.move(box.x + 3, box.y + 3); // nothing of the pointer stays
    seen.set(words, await colourAt(page, x, y));
  }
  expect(seen.size).toBeGreaterThan(2);
  let fitting = 0;
  for (const [words, colour] of seen) {
    const row = rows.find(({ region, entered }) => words === `${region.name}: ${entered}`);
    expect(row, words).toBeDefined();
    const level = bounds.filter((bound) => (row?.entered ?? 0) >= bound).length;
    fitting += near(colour, legend[level] ?? '') ? 1 : 0;
  }
  expect(fitting).toBeGreaterThanOrEqual(seen.size - 1); // letters of a name may lie on one
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.getByRole('link', { name: /^Perbesar .* di peta$/ }).click();
  await expect(page).toHaveURL(/region=16\.01\.14\.\d{4}/);
  await drawn(page);
});

test('a PNG goes out with what the page shows; what looks like a script stays text', {
  tag: '@long',
}, async ({ page }) => {
  await page.route('**/v1/map/boundaries?**', async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    for (const feature of body.features) feature.properties.name = BAD_NAME;
    await route.fulfill({ response: answer, json: body });
  });
  await page.route('**/v1/progress/regions?**', async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    for (const item of body.items) item.region.name = BAD_NAME;
    await route.fulfill({ response: answer, json: body });
  });
  await signIn(page, 'officer.oku', '/peta?region=16.01.14');
  await drawn(page);
  const box = await page.locator(`${READY} canvas`).boundingBox();
  if (box === null) throw new Error('no map');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await expect(page.locator(`${READY} > [aria-hidden]`)).toContainText(BAD_NAME);
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await expect(page.getByRole('heading', { name: BAD_NAME })).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Simpan PNG' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^peta-kecamatan-baturaja-timur.*\.png$|^peta-.*\.png$/);
  const bytes = await readFile(await file.path());
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  expect(bytes.length).toBeGreaterThan(20_000);
  expect(await page.evaluate(() => 'broken' in window)).toBe(false);
});

test('a coordinator gets the villages and the records of the own team, and nothing else', {
  tag: '@long',
}, async ({ page }) => {
  // biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the test asks about
  const bodies: Promise<{ path: string; body: any }>[] = [];
  page.on('response', (answer) => {
    const { pathname } = new URL(answer.url());
    if (pathname.startsWith('/v1/map/') && answer.status() === 200)
      bodies.push(answer.json().then((body) => ({ path: pathname, body })));
  });
  await signIn(page, 'coordinator.1', '/peta');
  await drawn(page);
  await expect(page.getByRole('row').nth(1)).toBeVisible();
  const own = await asked(page.request, 'coordinator.1');
  const { items } = await own.get('/v1/map/points?zoom=13');
  const wire = await Promise.all(bodies);
  const shown = new Set(
    wire.flatMap(({ path, body }) =>
      path.endsWith('/boundaries') ? body.features.map(({ id }: { id: string }) => id) : [],
    ),
  );
  const officer = await asked(page.request, 'officer.oku');
  const all: { id: string }[] = (await officer.get('/v1/map/boundaries')).features;
  const others = all.map(({ id }) => id).filter((id) => !shown.has(id));
  expect(shown).toContain('16.01.14.1003');
  expect(others.length).toBeGreaterThan(5);
  for (const code of others.slice(0, 3)) {
    expect((await officer.get(`/v1/map/points?region=${code}&zoom=18`)).items).not.toEqual([]);
    expect((await own.get(`/v1/map/points?region=${code}&zoom=18`)).items).toEqual([]);
  }
  for (const { path, body } of wire)
    if (path.endsWith('/points'))
      expect(body.items.every(({ region }: { region: unknown }) => region === null)).toBe(true);
  const total = items.reduce((sum: number, { count }: { count: number }) => sum + count, 0);
  await expect(
    page.getByText(`${new Intl.NumberFormat('id-ID').format(total)} isian tim Anda`),
  ).toBeVisible();
});

test('without WebGL the same is a drawing, and the table has all of it', async ({ page }) => {
  await page.addInitScript(() => {
    const before = HTMLCanvasElement.prototype.getContext;
    Reflect.set(HTMLCanvasElement.prototype, 'getContext', function (this: HTMLCanvasElement, kind: string) {
      return kind.startsWith('webgl') ? null : Reflect.apply(before, this, [kind]);
    });
  });
  await signIn(page, 'officer.oku', '/peta?region=16.01.14&layer=entered');
  const drawing = page.getByRole('img', { name: /^Peta 13 wilayah/ });
  await expect(drawing).toBeVisible();
  await expect(page.getByText('tidak mendukung WebGL')).toBeVisible();
  const rows = await villages(page, '16.01.14');
  await expect(drawing.locator('path[data-code][data-level]')).toHaveCount(rows.length);
  await drawing.locator('path[data-code]').first().click();
  await expect(page.getByRole('link', { name: /^Perbesar / })).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Simpan PNG' }).click();
  expect((await download).suggestedFilename()).toMatch(/\.png$/);
});

test('a file of boundaries is tried first: faults at their features, then all of it', {
  tag: '@long',
}, async ({ page }) => {
  const api = await asked(page.request, 'officer.oku');
  const { features } = await api.get('/v1/map/boundaries?region=16.01.20&zoom=12');
  const [first, second] = features;
  const crossed = structuredClone(second);
  const ring: Corner[] = crossed.geometry.coordinates[0];
  const third = Math.floor(ring.length / 3);
  [ring[third], ring[2 * third]] = [ring[2 * third] ?? [0, 0], ring[third] ?? [0, 0]];
  const file = (...all: unknown[]) => ({
    name: 'batas.geojson',
    mimeType: 'application/geo+json',
    buffer: Buffer.from(JSON.stringify({ type: 'FeatureCollection', features: all })),
  });
  await signIn(page, 'officer.oku', '/peta?region=16.01.20');
  await page.getByRole('button', { name: 'Muat batas wilayah' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('input[type=file]').setInputFiles(file(first, crossed));
  const faults = dialog.getByRole('list', { name: 'Kesalahan' });
  await expect(faults).toContainText(`${second.properties.name} (${second.id}): Garis batas memotong`);
  await expect(faults).toContainText('/features/1/geometry');
  await expect(dialog.locator('path[data-bad]')).toHaveCount(1);
  await expect(dialog.getByRole('button', { name: /^Simpan/ })).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Berkas lain' }).click();
  await dialog.locator('input[type=file]').setInputFiles(file(first, second));
  await expect(dialog.getByText('Tidak ada kesalahan.')).toBeVisible();
  const put = page.waitForResponse((answer) => answer.request().method() === 'PUT');
  await dialog.getByRole('button', { name: 'Simpan 2 batas' }).click();
  expect((await put).status()).toBe(200);
  await expect(dialog.getByText('Semua batas sudah disimpan')).toBeVisible();
  const again = await api.get('/v1/map/boundaries?region=16.01.20&zoom=12');
  expect(again.features[0].geometry).not.toBeNull();
});
