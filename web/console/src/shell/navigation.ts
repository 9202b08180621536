import type { Icon } from '@tabler/icons-react';
import {
  IconBuildingStore,
  IconCalendarStats,
  IconChartBar,
  IconChartLine,
  IconChecklist,
  IconCoins,
  IconCopyCheck,
  IconDoor,
  IconFlag,
  IconKey,
  IconListCheck,
  IconMap2,
  IconReport,
  IconRosetteDiscountCheck,
  IconStack2,
  IconTags,
  IconUsers,
  IconUsersGroup,
  IconWebhook,
} from '@tabler/icons-react';
import type { LinkProps } from '@tanstack/react-router';

export type PageName =
  | 'overview'
  | 'map'
  | 'quality'
  | 'field'
  | 'review'
  | 'duplicates'
  | 'coding'
  | 'doors'
  | 'listing'
  | 'register'
  | 'verification'
  | 'reports'
  | 'cutoffs'
  | 'honour'
  | 'statistics'
  | 'people'
  | 'campaign'
  | 'webhooks'
  | 'keys';

/** What pages are for; the side bar and the phone's list show them in this order. */
const GROUPS = ['progress', 'work', 'data', 'reports', 'setup'] as const;
export type Group = (typeof GROUPS)[number];

export interface Entry {
  readonly page: PageName;
  readonly group: Group;
  readonly to: NonNullable<LinkProps['to']>;
  readonly icon: Icon;
  /** Roles that have something to do there. */
  readonly roles: readonly string[];
}

const DESK = ['coordinator', 'officer', 'admin'];
const OFFICE = ['officer', 'admin'];

const ENTRIES: readonly Entry[] = [
  { page: 'overview', group: 'progress', to: '/', icon: IconChartLine, roles: ['enumerator', ...DESK] },
  { page: 'field', group: 'progress', to: '/petugas', icon: IconUsersGroup, roles: DESK },
  { page: 'map', group: 'progress', to: '/peta', icon: IconMap2, roles: DESK },
  { page: 'review', group: 'work', to: '/pemeriksaan', icon: IconChecklist, roles: DESK },
  { page: 'doors', group: 'work', to: '/kunjungan', icon: IconDoor, roles: DESK },
  { page: 'listing', group: 'work', to: '/daftar', icon: IconListCheck, roles: DESK },
  { page: 'quality', group: 'work', to: '/mutu', icon: IconFlag, roles: DESK },
  { page: 'duplicates', group: 'work', to: '/ganda', icon: IconCopyCheck, roles: DESK },
  { page: 'coding', group: 'work', to: '/pengodean', icon: IconTags, roles: DESK },
  { page: 'register', group: 'data', to: '/register', icon: IconBuildingStore, roles: DESK },
  {
    page: 'verification',
    group: 'data',
    to: '/konfirmasi',
    icon: IconRosetteDiscountCheck,
    roles: DESK,
  },
  { page: 'statistics', group: 'data', to: '/statistik', icon: IconChartBar, roles: OFFICE },
  { page: 'reports', group: 'reports', to: '/laporan', icon: IconReport, roles: DESK },
  { page: 'cutoffs', group: 'reports', to: '/rilis', icon: IconStack2, roles: DESK },
  { page: 'honour', group: 'reports', to: '/honor', icon: IconCoins, roles: DESK },
  { page: 'people', group: 'setup', to: '/orang', icon: IconUsers, roles: DESK },
  { page: 'campaign', group: 'setup', to: '/kegiatan', icon: IconCalendarStats, roles: OFFICE },
  { page: 'webhooks', group: 'setup', to: '/webhook', icon: IconWebhook, roles: OFFICE },
  { page: 'keys', group: 'setup', to: '/kunci', icon: IconKey, roles: OFFICE },
];

/** Entries under what they are for, in the order of the groups. */
export function grouped(entries: readonly Entry[]): readonly (readonly [Group, readonly Entry[]])[] {
  return GROUPS.map((group) => [group, entries.filter((entry) => entry.group === group)] as const).filter(
    ([, within]) => within.length > 0,
  );
}

/** The pages of a role, those that it needs most first within their group. */
export function entriesOf(role: string | undefined): readonly Entry[] {
  return ENTRIES.filter((entry) => role !== undefined && entry.roles.includes(role));
}

/** Whether a role has something to do on a page. */
export function mayEnter(role: string | undefined, page: PageName): boolean {
  return entriesOf(role).some((entry) => entry.page === page);
}
