export type Command = 'choose' | 'chooseAll' | 'decide' | 'next' | 'previous' | 'undo' | 'leave';

export const KEYS: Readonly<Record<string, Command>> = {
  x: 'choose',
  a: 'chooseAll',
  d: 'decide',
  j: 'next',
  k: 'previous',
  z: 'undo',
  Escape: 'leave',
};
