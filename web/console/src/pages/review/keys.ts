export type Command = 'verify' | 'return' | 'next' | 'previous' | 'undo' | 'help' | 'photo';

const KEYS: Readonly<Record<string, Command>> = {
  v: 'verify',
  r: 'return',
  j: 'next',
  k: 'previous',
  ArrowDown: 'next',
  ArrowUp: 'previous',
  z: 'undo',
  f: 'photo',
  '?': 'help',
};

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
}

/** What a key asks for. Keys of the browser stay its own, and a key that is held down decides nothing. */
export function commandOf(pressed: Pressed): Command | undefined {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return undefined;
  const command = KEYS[pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key];
  const moves = command === 'next' || command === 'previous';
  return pressed.repeat && !moves ? undefined : command;
}

/** Whether somebody types there, or the keys belong to a list or a menu. */
export function isTaken(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(
      'input, textarea, select, [contenteditable], [role="dialog"], [role="menu"], [role="listbox"], [role="tablist"]',
    ) !== null
  );
}
