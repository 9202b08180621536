import { judged } from '../support/judged.ts';
import { expect, inTheme, signIn, THEMES, test, WIDTHS } from '../support/test.ts';

const FOLDER = '../../docs/pictures';

test('Quality: whom to look at first, at three widths, light and dark', async ({ page, request }) => {
  await judged(request);
  await signIn(page, 'officer.oku', '/mutu');
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width < 500 ? 780 : 1000 });
    for (const colorScheme of THEMES) {
      await inTheme(page, colorScheme);
      await expect(page.getByRole('article').getByRole('article').first()).toBeVisible();
      await page.screenshot({ path: `${FOLDER}/quality-${width}-${colorScheme}.png` });
    }
  }
});
