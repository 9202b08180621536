import { useEffect } from 'react';

/** What of an event says which key it is. */
export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
}

const MOVES: readonly string[] = ['next', 'previous'];
const OF_OTHERS = [
  'input:not([type="checkbox"])',
  'textarea',
  'select',
  '[contenteditable]',
  '[role="dialog"]',
  '[role="menu"]',
  '[role="listbox"]',
  '[role="tablist"]',
].join();

/** What a key asks for. Keys of the browser stay its own, and a key that is held down only moves. */
export function commandIn<Command extends string>(
  keys: Readonly<Record<string, Command>>,
  pressed: Pressed,
): Command | undefined {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return undefined;
  const command = keys[pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key];
  return command !== undefined && pressed.repeat && !MOVES.includes(command) ? undefined : command;
}

/** Whether somebody types or chooses there. A box that is ticked takes no letters. */
function isTaken(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(OF_OTHERS) !== null;
}

/** The keys of a page. While a window is open, or somebody types, they are not; what `act` does not do (false) is the
browser's. */
export function useKeys<Command extends string>(
  keys: Readonly<Record<string, Command>>,
  act: (command: Command) => boolean | undefined,
): void {
  useEffect(() => {
    function listen(event: KeyboardEvent): void {
      if (event.defaultPrevented || isTaken(event.target) || document.querySelector('[role="dialog"]'))
        return;
      const command = commandIn(keys, event);
      if (command !== undefined && act(command) !== false) event.preventDefault();
    }
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [keys, act]);
}
