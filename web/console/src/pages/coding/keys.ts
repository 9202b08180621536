export type Command = 'next' | 'previous' | 'search' | 'undo';

export const KEYS: Readonly<Record<string, Command>> = {
  j: 'next',
  k: 'previous',
  ArrowDown: 'next',
  ArrowUp: 'previous',
  '/': 'search',
  z: 'undo',
};

/** The id beside one in a list: the next or the one before, the first of all where none is open. */
export function beside(ids: readonly string[], id: string | undefined, by: 1 | -1): string | undefined {
  const at = id === undefined ? -1 : ids.indexOf(id);
  return at < 0 ? ids[0] : (ids[at + by] ?? ids[at]);
}
