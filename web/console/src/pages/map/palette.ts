/** Colours of the map, out of the page's own: MapLibre and canvases know none of the page's variables. */

export interface Palette {
  /** From none to the highest level. */
  readonly levels: readonly [string, string, string, string, string];
  readonly none: string;
  readonly card: string;
  readonly page: string;
  readonly text: string;
  readonly quiet: string;
}

type Rgb = readonly [number, number, number];

/** How much of the ramp's colour each level has; the last one is darker than it (on light), or lighter (on dark). */
const SHARES = [0.16, 0.36, 0.58, 0.82] as const;
const LAST = 0.78;

export function rgbOf(hex: string): Rgb {
  const digits = hex.trim().replace('#', '');
  const long = digits.length === 3 ? [...digits].map((each) => each + each).join('') : digits;
  const at = (place: number) => Number.parseInt(long.slice(place, place + 2), 16) || 0;
  return [at(0), at(2), at(4)];
}

export function mixed(one: Rgb, other: Rgb, share: number): string {
  const [red, green, blue] = one.map((part, place) =>
    Math.round(part * share + (other[place] ?? 0) * (1 - share)),
  );
  return `rgb(${red}, ${green}, ${blue})`;
}

/** @param ramp the variable of the ramp's colour. */
export function paletteOf(ramp: string): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => rgbOf(style.getPropertyValue(name));
  const [main, card, text] = [colour(ramp), colour('--k-card'), colour('--k-text')];
  const plain = (rgb: Rgb) => mixed(rgb, rgb, 1);
  const [one, two, three, four] = SHARES;
  return {
    levels: [
      mixed(main, card, one),
      mixed(main, card, two),
      mixed(main, card, three),
      mixed(main, card, four),
      mixed(main, text, LAST),
    ],
    none: plain(colour('--k-track')),
    card: plain(card),
    page: plain(colour('--k-page')),
    text: plain(text),
    quiet: plain(colour('--k-quiet')),
  };
}
