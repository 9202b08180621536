import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';

export const TABS = ['accounts', 'teams', 'assignments', 'tablets', 'import'] as const;
export type Tab = (typeof TABS)[number];
export const ROLES = ['enumerator', 'coordinator', 'officer', 'system', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Accounts: open or closed. Tablets: in use or revoked. */
export const STATES = ['open', 'closed'] as const;
export type State = (typeof STATES)[number];

/** What of the address is this page's own. Names that are searched for are no part of it. */
export interface PeopleSearch {
  readonly tab?: Tab;
  readonly role?: Role;
  readonly state?: State;
}

export const peopleRoute = createRoute({
  getParentRoute: () => root,
  path: '/orang',
  validateSearch: ({ tab, role, state }: Record<string, unknown>): PeopleSearch => {
    const found = {
      tab: TABS.find((each) => each === tab),
      role: ROLES.find((each) => each === role),
      state: STATES.find((each) => each === state),
    } as const;
    return {
      ...(found.tab !== undefined ? { tab: found.tab } : {}),
      ...(found.role !== undefined ? { role: found.role } : {}),
      ...(found.state !== undefined ? { state: found.state } : {}),
    };
  },
  component: lazyRouteComponent(() => import('./page.tsx'), 'PeoplePage'),
});
