import type { components } from '@kumkm/shared/api/schema.d.ts';

type Efforts = components['schemas']['EffortsOut'];

export interface WorkLeft {
  readonly open: number;
  /** A count ended at its bound, so there are more. */
  readonly isMore: boolean;
  /** Of the kinds for which there is a figure; undefined where there is none, or no more than "at least nothing". */
  readonly hours: number | undefined;
  /** Some kinds have no figure, so it takes longer. */
  readonly isPart: boolean;
}

/** How many cases wait in all, and how long they take. */
export function workLeft({ items, counted_to }: Efforts): WorkLeft {
  const waiting = items.filter((each) => each.open > 0);
  const hours = waiting.flatMap((each) => (each.hours_left === null ? [] : [each.hours_left]));
  const sum = hours.reduce((before, each) => before + each, 0);
  const isPart = hours.length < waiting.length;
  return {
    open: waiting.reduce((sum, each) => sum + each.open, 0),
    isMore: waiting.some((each) => each.open >= counted_to),
    hours: hours.length === 0 || (isPart && sum === 0) ? undefined : sum,
    isPart,
  };
}
