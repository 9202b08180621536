import { describe, expect, it } from 'vitest';
import { beside } from './keys.ts';
import { codingOf } from './search.ts';

describe('keys of coding', () => {
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
