import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test as base, type Cookie, expect, type Page } from '@playwright/test';
import type Axe from 'axe-core';
import { newPerson, OWN_PASSWORD, type Person } from './api.ts';
import { DEMO, PASSWORD } from './settings.ts';

export { expect } from '@playwright/test';
export { OWN_PASSWORD } from './api.ts';
export { DEMO, PASSWORD } from './settings.ts';

/** Accounts of the demo. All have the password `demo`. */
export type Username =
  | 'admin'
  | 'officer.oku'
  | 'privacy.oku'
  | `coordinator.${number}`
  | `enumerator.${number}`;

/** The sessions of this worker, by account: to prove a password takes the server a tenth of a second, on purpose. */
const sessions = new Map<string, Cookie[]>();

/** Signed in at an address, as a browser is whose session goes on. `session.spec.ts` does it by the form. */
export async function signIn(page: Page, username: Username, address = '/'): Promise<void> {
  await page.context().addCookies(sessions.get(username) ?? []);
  const goesOn = sessions.has(username) && (await session(page, { grant: 'refresh' }, DEMO)) === 200;
  if (!goesOn) {
    expect(await session(page, { grant: 'password', username, password: PASSWORD }, DEMO)).toBe(200);
  }
  sessions.set(username, await page.context().cookies());
  await open(page, address);
}

/** Signed in as somebody whom no other test knows, with `OWN_PASSWORD`. */
export async function signInNew(page: Page, address = '/', role = 'officer'): Promise<Person> {
  const person = await newPerson(page.request, role);
  const { username, code } = person;
  const grant = { grant: 'new_password', username, activation_code: code, new_password: OWN_PASSWORD };
  await enter(page, grant, address);
  return person;
}

/** With a grant of `POST /v1/auth/session`. An address may be that of another name of the machine. */
export async function enter(page: Page, grant: object, address: string): Promise<void> {
  expect(await session(page, grant, new URL(address, DEMO).origin)).toBe(200);
  await open(page, address);
}

async function session(page: Page, data: object, site: string): Promise<number> {
  const headers = { 'X-KUMKM-Session': '1', Origin: site }; // as a browser says it
  return (await page.request.post(`${site}/v1/auth/session`, { headers, data })).status();
}

async function open(page: Page, address: string): Promise<void> {
  await page.goto(address, { waitUntil: 'commit' });
  await expect(page.getByRole('banner').getByRole('button', { name: /Akun/ })).toBeVisible();
}

/** Go to another address without loading the app again. */
export async function visit(page: Page, address: string): Promise<void> {
  await page.evaluate((to) => history.pushState(null, '', to), address);
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

declare global {
  interface Window {
    readonly axe: typeof Axe;
  }
}

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly string[];
}

/** Wait until the page is drawn in a theme. */
export async function inTheme(page: Page, colorScheme: (typeof THEMES)[number]): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  );
}

/** What axe finds on the page as it is now; by default everything up to WCAG 2.2 AA and its own best practices. */
export async function findings(page: Page): Promise<Finding[]> {
  await page.locator('h1').first().waitFor({ state: 'attached' }); // before, there is no page to look at
  await page.evaluate(AXE);
  return await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations.map((each) => ({
      id: each.id,
      impact: each.impact ?? '',
      nodes: each.nodes.slice(0, 5).map((node) => `${node.html.slice(0, 200)} ${node.any[0]?.message ?? ''}`),
    }));
  });
}

export const WIDTHS = [360, 768, 1440] as const;
export const THEMES = ['light', 'dark'] as const;

/** The page as pictures: at three widths, light and dark. `look` says when it is whole. */
export async function pictures(
  page: Page,
  folder: string,
  name: string,
  look: () => Promise<void>,
): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width < 500 ? 780 : 900 });
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await look();
      await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png`, fullPage: true });
    }
  }
}

/** Every test fails that leaves an error in the browser's console: a policy that was broken, a fault nobody caught. */
export const test = base.extend<{ quiet: undefined }>({
  quiet: [
    async ({ page }, use) => {
      const said: string[] = [];
      page.on('pageerror', (fault) => said.push(fault.message));
      page.on('console', (message) => {
        // That an answer was 401 or the server away is a test's own business; the browser says it by itself.
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
          said.push(message.text());
        }
      });
      await use(undefined);
      // A page that polls may be in the middle of an answer that the test rewrites; it ends with the test.
      await page.unrouteAll({ behavior: 'ignoreErrors' });
      expect(said).toEqual([]);
    },
    { auto: true },
  ],
});
