import { describe, expect, it } from 'vitest';
import { beside, commandOf } from './keys.ts';
import { codingOf } from './search.ts';

const pressed = (key: string, more: object = {}) =>
  commandOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });

describe('keys of coding', () => {
  it('move, search and undo', () => {
    expect(['j', 'K', 'ArrowDown', '/', 'z', 'x'].map((key) => pressed(key))).toEqual([
      'next',
      'previous',
      'next',
      'search',
      'undo',
      undefined,
    ]);
  });

  it('leave the browser its own', () => {
    expect(pressed('j', { ctrlKey: true })).toBeUndefined();
    expect(pressed('z', { metaKey: true })).toBeUndefined();
  });

  it('stay within the list', () => {
    expect(beside(['a', 'b'], 'a', 1)).toBe('b');
    expect(beside(['a', 'b'], 'b', 1)).toBe('b');
    expect(beside(['a', 'b'], 'a', -1)).toBe('a');
    expect(beside(['a', 'b'], undefined, 1)).toBe('a');
    expect(beside(['a', 'b'], 'gone', -1)).toBe('a');
    expect(beside([], 'a', 1)).toBeUndefined();
  });
});

describe('the address of coding', () => {
  it('keeps what it knows and leaves the rest out', () => {
    const business = '01832f3e-8a40-7000-8000-0000000000aa';
    expect(codingOf({ state: 'coded', business, words: 'sari' })).toEqual({ state: 'coded', business });
    expect(codingOf({ state: 'open', business: 'x' })).toEqual({});
  });
});
