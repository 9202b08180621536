// The QR of an activation card before a camera. The browser's camera is a film that the test makes of the QR as the control room
// shows it: askew, small, unevenly lit and noisy, as a hand holds a tablet before a screen.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { encode } from 'uqr';
import { choosePin, enrol, newCode, newEnumerator, PHONE, sync } from '../support/field.ts';
import { interview, newNik } from '../support/filling.ts';
import { BROWSER } from '../support/settings.ts';
import { lock } from '../support/tablet.ts';
import { DEMO, expect, OWN_PASSWORD, test } from '../support/test.ts';

const [WIDTH, HEIGHT] = [640, 480];
const SCAN = 'Pindai QR kartu';

interface Held {
  /** A picture to show, as PNG; null is a bare wall. */
  readonly picture: Buffer | null;
  /** Degrees by which it is held askew. */
  readonly turned?: number;
  /** Its side, of the 480 lines of the film. */
  readonly side?: number;
  /** Pixels by which it is out of focus. */
  readonly blurred?: number;
}

/** Films of what is held before the camera, one frame for each, as raw video (YUV4MPEG2). */
async function film(page: Page, frames: readonly Held[]): Promise<Buffer> {
  const parts = [Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F5:1 Ip A1:1 C420jpeg\n`)];
  for (const held of frames) {
    const light = await page.evaluate(
      async ({ width, height, picture, turned, side, blurred }) => {
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [width, height];
        const pen = canvas.getContext('2d');
        if (pen === null) throw new Error('nothing to draw on');
        pen.fillStyle = '#8a8378';
        pen.fillRect(0, 0, width, height);
        if (picture !== null) {
          const shown = new Image();
          shown.src = `data:image/png;base64,${picture}`;
          await shown.decode();
          pen.translate(width / 2 + 30, height / 2 - 12);
          pen.rotate((turned * Math.PI) / 180);
          pen.filter = `blur(${blurred}px)`;
          pen.drawImage(shown, -side / 2, -side / 2, side, (side * shown.height) / shown.width);
          pen.setTransform(1, 0, 0, 1, 0, 0);
          pen.filter = 'none';
        }
        const lit = pen.createLinearGradient(0, 0, width, height);
        lit.addColorStop(0, 'rgb(255 255 255 / 20%)');
        lit.addColorStop(1, 'rgb(0 0 0 / 45%)');
        pen.fillStyle = lit;
        pen.fillRect(0, 0, width, height);
        const { data } = pen.getImageData(0, 0, width, height);
        let text = '';
        for (let at = 0; at < data.length; at += 4) {
          const [red = 0, green = 0, blue = 0] = [data[at], data[at + 1], data[at + 2]];
          const noisy = 0.299 * red + 0.587 * green + 0.114 * blue + (Math.random() - 0.5) * 24;
          text += String.fromCharCode(Math.max(0, Math.min(255, Math.round(noisy))));
        }
        return btoa(text);
      },
      {
        ...{ width: WIDTH, height: HEIGHT, picture: held.picture?.toString('base64') ?? null },
        ...{ turned: held.turned ?? 11, side: held.side ?? 260, blurred: held.blurred ?? 0.8 },
      },
    );
    const grey = Buffer.alloc((WIDTH * HEIGHT) / 2, 128); // no colour
    parts.push(Buffer.from('FRAME\n'), Buffer.from(light, 'base64'), grey);
  }
  return Buffer.concat(parts);
}

/**
 * A browser whose camera shows a film, again and again; without one, it has a camera, and somebody says no when they are asked.
 * This browser has no window: what is answered is an argument.
 */
async function withCamera(
  shown: Buffer | null,
  act: (page: Page, show: (film: Buffer) => void) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kumkm-camera-'));
  const file = join(folder, 'film.y4m');
  const show = (other: Buffer) => writeFileSync(file, other); // from the next time on that the camera is opened
  let browser: Browser | null = null;
  try {
    const own = [
      '--use-fake-device-for-media-stream',
      `--use-fake-ui-for-media-stream${shown === null ? '=deny' : ''}`,
    ];
    if (shown !== null) {
      show(shown);
      own.push(`--use-file-for-fake-video-capture=${file}`);
    }
    browser = await launched(own);
    const context = await browser.newContext({
      ...{ viewport: PHONE, locale: 'id-ID', timezoneId: 'Asia/Jakarta', baseURL: DEMO },
    });
    const page = await context.newPage();
    const said: string[] = [];
    page.on('pageerror', (fault) => said.push(fault.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        said.push(message.text());
    });
    await act(page, show);
    expect(said).toEqual([]); // a policy that was broken, a fault nobody caught
  } finally {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Chromium with a camera that is made up now and then ends by a fault of its own while it starts: it is started again. */
async function launched(own: readonly string[]): Promise<Browser> {
  const { executablePath, args } = BROWSER.launchOptions;
  for (let left = 2; ; left -= 1) {
    try {
      return await chromium.launch({ executablePath, args: [...args, ...own] });
    } catch (fault) {
      if (left === 0) throw fault;
    }
  }
}

/** A QR that is no card: an address, as on a poster. */
async function poster(page: Page): Promise<Buffer> {
  const { data, size } = encode('https://example.com/promo', { ecc: 'M', border: 4 });
  const png = await page.evaluate(
    ({ rows, side }) => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [side * 8, side * 8];
      const pen = canvas.getContext('2d');
      for (const [y, row] of rows.entries())
        for (const [x, dark] of row.entries()) {
          if (pen !== null) pen.fillStyle = dark ? '#000' : '#fff';
          pen?.fillRect(x * 8, y * 8, 8, 8);
        }
      return canvas.toDataURL('image/png').split(',')[1] ?? '';
    },
    { rows: data, side: size },
  );
  return Buffer.from(png, 'base64');
}

test('a new enumerator scans the QR that the control room shows, and is enrolled by it @long', async ({
  page,
  browser,
}) => {
  test.setTimeout(120_000);
  const person = await newEnumerator(page.request);
  const { code, qr } = await newCode(browser, person);
  const shown = await film(page, [
    { picture: null },
    { picture: qr, turned: 4, blurred: 2.5, side: 200 },
    { picture: qr },
    { picture: qr, turned: -17 },
  ]);
  await withCamera(shown, async (tablet) => {
    await tablet.goto(`${DEMO}/lapangan/`);
    await tablet.getByRole('button', { name: SCAN }).click();
    await expect(tablet.getByRole('dialog')).toBeHidden({ timeout: 20_000 });
    await expect(tablet.getByLabel('Nama pengguna')).toHaveValue(person.username);
    await expect(tablet.getByLabel('Kode aktivasi', { exact: true })).toHaveValue(code);
    await expect(tablet.getByRole('alert')).toHaveCount(0); // the card is of this server
    await tablet.getByLabel(/^Kata sandi baru/).fill(OWN_PASSWORD);
    await tablet.getByLabel('Nama tablet ini').fill('Tablet uji');
    await tablet.getByRole('button', { name: 'Masuk', exact: true }).click();
    await choosePin(tablet);
  });
});

test('an enrolled tablet scans a new code in place of a forgotten password, and another person’s card is refused @long', async ({
  page,
  browser,
}) => {
  test.setTimeout(180_000);
  const [person, other] = [await newEnumerator(page.request), await newEnumerator(page.request)];
  const strange = await newCode(browser, other);
  await withCamera(await film(page, [{ picture: strange.qr }]), async (tablet, show) => {
    await enrol(tablet, person);
    await interview(tablet, { name: 'Warung Pindai', owner: 'Pertiwi', nik: newNik() }, person.village);
    const own = await newCode(browser, person);
    await lock(tablet);
    await tablet.goto(`${DEMO}/lapangan/#/tugas`);
    await tablet.getByRole('button', { name: /^Lupa PIN/ }).click();
    await tablet.getByRole('button', { name: /^Lupa kata sandi/ }).click();
    await tablet.getByRole('button', { name: SCAN }).click();
    const refusal = `Kode ini untuk ${other.username}, tetapi tablet ini milik ${person.username}.`;
    await expect(tablet.getByRole('alert').filter({ hasText: refusal })).toBeVisible({ timeout: 20_000 });
    await expect(tablet.getByLabel('Kode aktivasi', { exact: true })).toHaveValue('');
    await expect(tablet.getByLabel('Nama pengguna')).toHaveValue(person.username);
    show(await film(page, [{ picture: own.qr, turned: -8 }]));
    await tablet.getByRole('button', { name: SCAN }).click();
    await expect(tablet.getByLabel('Kode aktivasi', { exact: true })).toHaveValue(own.code, {
      timeout: 20_000,
    });
    await expect(tablet.getByRole('alert')).toHaveCount(0);
    await tablet.getByLabel(/^Kata sandi baru/).fill('empat ekor kuda laut');
    await tablet.getByRole('button', { name: 'Masuk', exact: true }).click();
    await choosePin(tablet);
    await sync(tablet);
    await expect(tablet.getByText('Aman di server')).toHaveCount(1);
  });
});

test('a strange QR, one that cannot be read, and a camera that is refused say what to do @long', async ({
  page,
}) => {
  test.setTimeout(120_000);
  const scan = async (tablet: Page) => {
    await tablet.goto(`${DEMO}/lapangan/`);
    await tablet.getByRole('button', { name: SCAN }).click();
  };
  const picture = await poster(page);
  await withCamera(await film(page, [{ picture }]), async (tablet) => {
    await scan(tablet);
    await expect(
      tablet.getByText('QR ini bukan kartu aktivasi KUMKM. Pindai QR pada kartu dari kantor'),
    ).toBeVisible({ timeout: 20_000 });
    // Scanning goes on, until somebody closes it; then everything can be typed.
    await tablet.getByRole('button', { name: 'Tutup' }).click();
    await tablet.getByLabel('Nama pengguna').fill('enumerator.1');
  });
  await withCamera(await film(page, [{ picture, side: 60, blurred: 4 }]), async (tablet) => {
    await scan(tablet);
    await expect(tablet.getByText('Arahkan kamera ke QR pada kartu aktivasi.')).toBeVisible();
    await expect(tablet.getByText('QR belum terbaca. Lap lensa')).toBeVisible({ timeout: 20_000 });
  });
  await withCamera(null, async (tablet) => {
    await scan(tablet);
    await expect(tablet.getByText('Kamera tidak diizinkan. Buka setelan situs ini di Chrome')).toBeVisible();
    await tablet.getByRole('button', { name: 'Tutup' }).click();
    await expect(tablet.getByRole('button', { name: SCAN })).toBeVisible();
  });
});
