import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';
import { type FieldSearch, readSearch } from './search.ts';

export const fieldRoute = createRoute({
  getParentRoute: () => root,
  path: '/petugas',
  validateSearch: (search: Record<string, unknown>): FieldSearch => readSearch(search),
  component: lazyRouteComponent(() => import('./page.tsx'), 'FieldPage'),
});
