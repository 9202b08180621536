import { isDay } from '@kumkm/shared/formats/dates.ts';
import { isUsername } from '../../data/usernames.ts';

/** The tabs of the page, in their order; those of later work get their places here. */
export const TABS = ['campaigns', 'targets', 'columns', 'trail'] as const;
export type Tab = (typeof TABS)[number];

/** What of the page is looked at; it stands in the address. */
export interface CampaignSearch {
  readonly tab?: Tab;
  readonly action?: string;
  readonly actor?: string;
  readonly subject?: string;
  readonly from?: string;
  readonly until?: string;
}

const ACTION = /^[a-z_]{1,40}\.[a-z_]{1,40}$/;
const SUBJECT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
/** A number of a person is no id of anything. */
const LONG_NUMBER = /\d{8,}/;

/** What of an address makes a view of the page. What is none is left out. */
export function campaignOf(search: Record<string, unknown>): CampaignSearch {
  const { action, actor, subject, from, until } = search;
  const tab = TABS.find((each) => each === search.tab);
  return {
    ...(tab === undefined || tab === 'campaigns' ? {} : { tab }),
    ...(typeof action === 'string' && ACTION.test(action) ? { action } : {}),
    ...(isUsername(actor) ? { actor } : {}),
    ...(typeof subject === 'string' && isSubject(subject) ? { subject } : {}),
    ...(isDay(from) ? { from } : {}),
    ...(isDay(until) ? { until } : {}),
  };
}

function isSubject(told: string): boolean {
  return SUBJECT.test(told) && !(LONG_NUMBER.test(told) && /^[\d.-]+$/.test(told) && !told.includes('.'));
}
