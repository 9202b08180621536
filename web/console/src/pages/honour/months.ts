import { addDays, type Day } from '@kumkm/shared/formats/dates.ts';

/** So many months up to that of a day, by their first days, the newest first. */
export function monthsBefore(day: Day, many: number): readonly Day[] {
  const found: Day[] = [];
  for (let last = day; found.length < many; ) {
    const first = `${last.slice(0, -2)}01`;
    found.push(first);
    last = addDays(first, -1);
  }
  return found;
}
