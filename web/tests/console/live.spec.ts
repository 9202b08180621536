import { newId, sendRecords } from '../support/api.ts';
import { crowd } from '../support/machine.ts';
import { expect, signIn, test } from '../support/test.ts';

const SOON = 5_000; // milliseconds after the batch was taken
const ROWS = 10_000;
const FRAME = 1_000 / 60;
const CROWDED = 2; // processes that want each core

test('a figure moves within five seconds of a batch', { tag: '@long' }, async ({ page, request }) => {
  await signIn(page, 'officer.oku');
  const figures = page.getByRole('region', { name: 'Ringkasan' });
  await expect(figures).toContainText(/[\d.]+ dari/);
  const before = Number(
    ((await figures.textContent()) ?? '').match(/([\d.]+) dari/)?.[1]?.replaceAll('.', ''),
  );
  await sendRecords(request, [newId()]);
  const taken = Date.now();
  await expect(figures).toContainText(new Intl.NumberFormat('id-ID').format(before + 1), { timeout: 30_000 });
  const took = Date.now() - taken;
  console.log(`the figure moved ${took} ms after the batch`);
  if (crowd() < CROWDED) expect(took).toBeLessThanOrEqual(SOON);
});

test('ten thousand enumerators are scrolled without a stutter', { tag: '@long' }, async ({ page }) => {
  await page.route('**/v1/progress/field-force*', async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    const items = Array.from({ length: ROWS }, (_, at) => {
      const row = body.items[at % body.items.length];
      return { ...row, enumerator: { ...row.enumerator, id: `${at}`, name: `${row.enumerator.name} ${at}` } };
    });
    await route.fulfill({ response: answer, json: { ...body, items, next_cursor: null } });
  });
  await signIn(page, 'officer.oku', '/petugas');
  await expect(page.getByText(/10\.000/).first()).toBeVisible({ timeout: 30_000 });
  const frames = await page.evaluate(
    (milliseconds) =>
      new Promise<number[]>((resolve) => {
        const took: number[] = [];
        let last = performance.now();
        const end = last + milliseconds;
        function next(now: number): void {
          took.push(now - last);
          last = now;
          window.scrollBy(0, 160);
          if (now < end) requestAnimationFrame(next);
          else resolve(took.slice(1));
        }
        requestAnimationFrame(next);
      }),
    4_000,
  );
  const ordered = frames.toSorted((one, other) => one - other);
  const at = (share: number) => ordered[Math.floor((ordered.length - 1) * share)] ?? 0;
  const shown = [0.5, 0.95, 1].map((share) => at(share).toFixed(1)).join(', ');
  const scrolled = await page.evaluate(() => window.scrollY);
  console.log(`${frames.length} frames; median, 95 % and longest: ${shown} ms; scrolled ${scrolled} px`);
  expect(scrolled).toBeGreaterThan(5_000);
  if (crowd() < CROWDED) {
    expect(at(0.5)).toBeLessThanOrEqual(2 * FRAME);
    expect(at(0.95)).toBeLessThanOrEqual(4 * FRAME);
  }
});
