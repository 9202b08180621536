export type Command = 'verify' | 'return' | 'next' | 'previous' | 'undo' | 'help' | 'photo';

export const KEYS: Readonly<Record<string, Command>> = {
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
