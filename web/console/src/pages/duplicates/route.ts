import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';
import { casesOf } from './search.ts';

export const duplicatesRoute = createRoute({
  getParentRoute: () => root,
  path: '/ganda',
  validateSearch: casesOf,
  component: lazyRouteComponent(() => import('./page.tsx'), 'DuplicatesPage'),
});
