import { expect, test } from 'vitest';
import { matching } from './matching.ts';

const sari = { name: 'Nur Sari Déwi', username: 'enumerator.12' };

test.each(['', '  ', 'sari', 'dewi nur', 'SARI', 'ator.12', 'nur enumer'])('%j finds her', (asked) => {
  expect(matching(asked)(sari)).toBe(true);
});

test.each(['ari', 'sari 13', 'wi'])('%j does not', (asked) => {
  expect(matching(asked)(sari)).toBe(false);
});
