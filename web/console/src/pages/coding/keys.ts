export type Command = 'next' | 'previous' | 'search' | 'undo';

const KEYS: Readonly<Record<string, Command>> = {
  j: 'next',
  k: 'previous',
  ArrowDown: 'next',
  ArrowUp: 'previous',
  '/': 'search',
  z: 'undo',
};

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** What a key asks for. Keys of the browser stay its own. */
export function commandOf(pressed: Pressed): Command | undefined {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return undefined;
  return KEYS[pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key];
}

/** The id beside one in a list: the next or the one before, the first of all where none is open. */
export function beside(ids: readonly string[], id: string | undefined, by: 1 | -1): string | undefined {
  const at = id === undefined ? -1 : ids.indexOf(id);
  return at < 0 ? ids[0] : (ids[at + by] ?? ids[at]);
}
