export type Command = 'choose' | 'chooseAll' | 'decide' | 'next' | 'previous' | 'undo' | 'leave';

const KEYS: Readonly<Record<string, Command>> = {
  x: 'choose',
  a: 'chooseAll',
  d: 'decide',
  j: 'next',
  k: 'previous',
  z: 'undo',
  Escape: 'leave',
};

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
}

/** What a key asks for on the list of cases. Keys of the browser stay its own, and a key that is held down only moves. */
export function commandOf(pressed: Pressed): Command | undefined {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return undefined;
  const command = KEYS[pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key];
  return pressed.repeat && command !== 'next' && command !== 'previous' ? undefined : command;
}

/** Whether somebody types or chooses there. A box that is ticked takes no letters. */
export function isTaken(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(
      'input:not([type="checkbox"]), textarea, select, [contenteditable], [role="menu"], [role="listbox"], [role="tablist"]',
    ) !== null
  );
}
