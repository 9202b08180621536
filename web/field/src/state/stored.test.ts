import { expect, test, vi } from 'vitest';
import { untilRead } from './stored.ts';

const failing = (times: number) => {
  let asked = 0;
  return vi.fn(async () => {
    asked += 1;
    if (asked <= times) throw new DOMException('closed', 'InvalidStateError');
    return asked;
  });
};

test('what cannot be read at first is read again, and then no more', async () => {
  vi.useFakeTimers();
  const [read, found] = [failing(3), vi.fn()];
  untilRead(read, found);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(found.mock.calls).toEqual([[4]]);
  expect(read).toHaveBeenCalledTimes(4);
  vi.useRealTimers();
});

test('a page that was left asks no more, and shows nothing', async () => {
  vi.useFakeTimers();
  const [read, found] = [failing(3), vi.fn()];
  const leave = untilRead(read, found);
  await vi.advanceTimersByTimeAsync(1_500);
  leave();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(found).not.toHaveBeenCalled();
  expect(read).toHaveBeenCalledTimes(2);
  vi.useRealTimers();
});
