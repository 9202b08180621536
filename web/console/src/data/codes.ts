/** The code of the whole country. */
export const NATION = 'ID';

/** The region above one: `16.01` of `16.01.14`, the nation of a province, nothing of the nation. */
export function parentOf(code: string): string | undefined {
  if (code === NATION) return undefined;
  const end = code.lastIndexOf('.');
  return end < 0 ? NATION : code.slice(0, end);
}

/** The regions above one, the nation first, itself last. */
export function pathOf(code: string): readonly string[] {
  const parent = parentOf(code);
  return parent === undefined ? [code] : [...pathOf(parent), code];
}

/** Whether a region is a territory or lies in it. */
export function liesIn(code: string, territory: string): boolean {
  return territory === NATION || code === territory || code.startsWith(`${territory}.`);
}

const LEVELS = ['province', 'regency', 'district', 'village', 'neighbourhood'] as const;

export type Level = 'nation' | (typeof LEVELS)[number];

export function levelOf(code: string): Level {
  return code === NATION ? 'nation' : (LEVELS[code.split('.').length - 1] ?? 'neighbourhood');
}

/** The level of the regions right below one. */
export function levelBelow(code: string): Level {
  return code === NATION ? 'province' : (LEVELS[code.split('.').length] ?? 'neighbourhood');
}
