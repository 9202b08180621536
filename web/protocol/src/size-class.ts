// The size of an enterprise by PP 7/2021, article 35; upper bounds are inclusive, sums in whole rupiah.

export type SizeClass = 'micro' | 'small' | 'medium' | 'large';

const CLASSES: readonly SizeClass[] = ['micro', 'small', 'medium'];
const SALES = [2e9, 15e9, 50e9];
const CAPITAL = [1e9, 5e9, 10e9];

/** By annual sales where it has sold, else by founding capital; null where nothing was said. */
export function sizeClass(annualSales: number | null, foundingCapital: number | null): SizeClass | null {
  if (annualSales !== null && annualSales > 0) return within(annualSales, SALES);
  return foundingCapital === null ? null : within(foundingCapital, CAPITAL);
}

function within(sum: number, bounds: readonly number[]): SizeClass {
  const place = bounds.findIndex((bound) => sum <= bound);
  return CLASSES[place] ?? 'large';
}
