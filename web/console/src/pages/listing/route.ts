import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';
import { listingOf } from './search.ts';

export const listingRoute = createRoute({
  getParentRoute: () => root,
  path: '/daftar',
  validateSearch: listingOf,
  component: lazyRouteComponent(() => import('./page.tsx'), 'ListingPage'),
});
