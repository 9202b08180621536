import type { Icon } from '@tabler/icons-react';
import {
  IconBuildingStore,
  IconCalendarStats,
  IconChartLine,
  IconChecklist,
  IconCopyCheck,
  IconDoor,
  IconFlag,
  IconListCheck,
  IconMap2,
  IconTags,
  IconUsers,
  IconUsersGroup,
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
  | 'people'
  | 'campaign';

export interface Entry {
  readonly page: PageName;
  readonly to: NonNullable<LinkProps['to']>;
  readonly icon: Icon;
  /** Roles that have something to do there. */
  readonly roles: readonly string[];
}

const DESK = ['coordinator', 'officer', 'admin'];
const OFFICE = ['officer', 'admin'];

const ENTRIES: readonly Entry[] = [
  { page: 'overview', to: '/', icon: IconChartLine, roles: ['enumerator', ...DESK] },
  { page: 'field', to: '/petugas', icon: IconUsersGroup, roles: DESK },
  { page: 'review', to: '/pemeriksaan', icon: IconChecklist, roles: DESK },
  { page: 'map', to: '/peta', icon: IconMap2, roles: DESK },
  { page: 'doors', to: '/kunjungan', icon: IconDoor, roles: DESK },
  { page: 'listing', to: '/daftar', icon: IconListCheck, roles: DESK },
  { page: 'quality', to: '/mutu', icon: IconFlag, roles: DESK },
  { page: 'duplicates', to: '/ganda', icon: IconCopyCheck, roles: DESK },
  { page: 'coding', to: '/pengodean', icon: IconTags, roles: DESK },
  { page: 'register', to: '/register', icon: IconBuildingStore, roles: DESK },
  { page: 'people', to: '/orang', icon: IconUsers, roles: DESK },
  { page: 'campaign', to: '/kegiatan', icon: IconCalendarStats, roles: OFFICE },
];

/** The pages of a role, those that it needs most first. */
export function entriesOf(role: string | undefined): readonly Entry[] {
  return ENTRIES.filter((entry) => role !== undefined && entry.roles.includes(role));
}

/** Whether a role has something to do on a page. */
export function mayEnter(role: string | undefined, page: PageName): boolean {
  return entriesOf(role).some((entry) => entry.page === page);
}
