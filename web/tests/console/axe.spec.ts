import type { Page } from '@playwright/test';
import { LONG } from '../support/forms.ts';
import { SURFACES, type Surface } from '../support/surfaces.ts';
import { expect, findings, inTheme, signIn, test, visit } from '../support/test.ts';

async function look(page: Page, surface: Surface): Promise<void> {
  await surface.open?.(page);
  await expect(surface.whole(page).first()).toBeVisible();
  for (const colorScheme of LONG ? (['light', 'dark'] as const) : (['light'] as const)) {
    await inTheme(page, colorScheme);
    // What is drawn again at that very moment has the colour of before: a finding is what stays.
    await expect
      .poll(() => findings(page), { message: `${surface.name}, ${colorScheme}`, timeout: 8_000 })
      .toEqual([]);
  }
}

for (const who of ['officer.oku', 'coordinator.1'] as const) {
  test(`no page of ${who} has a finding of axe`, async ({ page }) => {
    const mine = SURFACES.filter((each) => each.first === true && (each.who ?? 'officer.oku') === who);
    await signIn(page, who, mine[0]?.at);
    for (const surface of mine) {
      await visit(page, surface.at);
      await look(page, surface);
    }
  });
}

for (const surface of SURFACES) {
  test(`axe finds nothing: ${surface.name}`, { tag: '@long' }, async ({ page }) => {
    await signIn(page, surface.who ?? 'officer.oku', surface.at);
    await look(page, surface);
    await page.setViewportSize({ width: 360, height: 780 });
    expect(await findings(page), `${surface.name}, 360 px`).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  });
}

test('neither the sign-in nor the first password has a finding of axe', { tag: '@sized' }, async ({
  page,
}) => {
  for (const address of ['/', '/aktivasi']) {
    await page.goto(address);
    await look(page, {
      name: address,
      at: address,
      whole: (each) => each.getByRole('button', { name: /^(Masuk|Simpan)/ }),
    });
  }
});
