import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test as base, expect, type Page } from '@playwright/test';
import type Axe from 'axe-core';

export { expect } from '@playwright/test';

/** Accounts of the demo. All have the password `demo`. */
export type Username = 'admin' | 'officer.oku' | `coordinator.${number}` | `enumerator.${number}`;

export const PASSWORD = 'demo';

/** Sign in by the form, at whatever address. */
export async function signIn(page: Page, username: Username, address = '/'): Promise<void> {
  await page.goto(address);
  await page.getByLabel('Nama pengguna').fill(username);
  await page.getByLabel('Kata sandi', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Masuk' }).click();
  await expect(page.getByRole('banner').getByRole('button', { name: /Akun/ })).toBeVisible();
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

/** What axe finds on the page as it is now; by default everything up to WCAG 2.2 AA and its own best practices. */
export async function findings(page: Page): Promise<Finding[]> {
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
      expect(said).toEqual([]);
    },
    { auto: true },
  ],
});
