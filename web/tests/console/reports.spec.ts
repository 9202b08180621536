import { readFile } from 'node:fs/promises';
import { expect, signIn, test } from '../support/test.ts';

const RELEASE = 'Rapat koordinasi 13 September 2022';

test('the recap and the report of a cut-off, and what differs from the one before', async ({ page }) => {
  await signIn(page, 'officer.oku', '/rilis?region=16.01');
  await page.getByRole('link', { name: RELEASE }).click();
  await expect(page.getByText('33,66 %', { exact: false })).toBeVisible();
  await page.getByLabel('Bandingkan dengan').selectOption({ index: 1 });
  const table = page.getByRole('table', { name: 'Selisih dua rilis' });
  const whole = table.getByRole('row', { name: /^Kabupaten Ogan Komering Ulu/ });
  await expect(whole).toContainText('10.339');
  await expect(whole).toContainText('+3.156');

  await page.getByRole('link', { name: 'Laporan rilis ini' }).click();
  const recap = page.getByText(`Rilis: ${RELEASE}`);
  await expect(recap).toContainText('*Masuk: 13.495 dari 42.000 = 32,13 %*');
  for (const [button, name] of [
    ['Unduh PDF', /\.pdf$/],
    ['Unduh Excel', /\.xlsx$/],
  ] as const) {
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: button }).click();
    const file = await coming;
    expect(file.suggestedFilename()).toMatch(name);
    expect((await readFile(await file.path())).length).toBeGreaterThan(10_000);
  }
});
