import type { Page } from '@playwright/test';

/** What stands on the page or is read out by a screen reader, each text once. */
export async function seen(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const found = new Set<string>([document.title]);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (
        parent === null ||
        parent.closest('script, style, noscript, [lang]:not(html), .maplibregl-ctrl') !== null
      )
        continue;
      if (parent.closest('option') === null && !parent.checkVisibility({ visibilityProperty: true }))
        continue;
      found.add(node.textContent ?? '');
    }
    for (const element of document.body.querySelectorAll(
      '[aria-label], [placeholder], [title], [alt], [data-label]',
    )) {
      if (element.closest('[aria-hidden=true]') !== null) continue;
      for (const name of ['aria-label', 'placeholder', 'title', 'alt', 'data-label'])
        found.add(element.getAttribute(name) ?? '');
    }
    return [...found].map((each) => each.replaceAll(/\s+/g, ' ').trim()).filter((each) => each !== '');
  });
}

/** What reaches out of the window to the right and cannot be scrolled to, and buttons whose words are cut off. */
export async function tooWide(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const found: string[] = [];
    const scrolls = (element: Element) => /auto|scroll/.test(getComputedStyle(element).overflowX);
    for (const element of document.body.querySelectorAll('*')) {
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const words = (element.textContent ?? '').trim().slice(0, 60);
      if (words === '' || getComputedStyle(element).clipPath !== 'none') continue;
      let above: Element | null = element;
      while (above !== null && !scrolls(above) && getComputedStyle(above).clipPath === 'none')
        above = above.parentElement;
      const out = element.getBoundingClientRect().right > innerWidth + 1;
      if (out && above === null) found.push(`out of the window: ${words}`);
      const isButton = element.matches('.mantine-Button-label, [role=tab]');
      if (isButton && element.scrollWidth > element.clientWidth + 1) found.push(`cut off: ${words}`);
    }
    return found;
  });
}

/** Words of the register's own data, as the API's answers have them: they are in no language. */
export function dataOf(page: Page): Set<string> {
  const found = new Set<string>();
  const take = (value: unknown, key: string): void => {
    if (Array.isArray(value)) for (const each of value) take(each, key);
    else if (typeof value === 'object' && value !== null)
      for (const [name, each] of Object.entries(value)) take(each, name);
    else if (typeof value === 'string' && !SPOKEN.has(key)) found.add(value.replaceAll(/\s+/g, ' ').trim());
  };
  page.on('response', async (answer) => {
    if (!answer.headers()['content-type']?.includes('application/json')) return;
    try {
      take(await answer.json(), '');
    } catch {
      // the page went on before the answer was whole
    }
  });
  return found;
}

/** Fields of the API that hold sentences in the reader's language. */
const SPOKEN = new Set(['title', 'detail', 'label', 'text', 'meaning', 'description']);
