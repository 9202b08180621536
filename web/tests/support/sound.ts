import type { Page } from '@playwright/test';
import { expect, findings, THEMES } from './test.ts';

/**
 * Nothing that axe finds, and nothing wider than the screen, in both themes; pictures where `KUMKM_PICTURES` names a folder
 * for them.
 */
export async function isSound(page: Page, name: string): Promise<void> {
  const folder = process.env.KUMKM_PICTURES;
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
    );
    if (folder !== undefined)
      await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png`, fullPage: true });
    expect(await findings(page), `${name}, ${colorScheme}`).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide, `${name} is wider than the screen`).toBeLessThanOrEqual(0);
  }
}
