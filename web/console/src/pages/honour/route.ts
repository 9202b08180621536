import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';
import { honourOf } from './search.ts';

export const honourRoute = createRoute({
  getParentRoute: () => root,
  path: '/honor',
  validateSearch: honourOf,
  component: lazyRouteComponent(() => import('./page.tsx'), 'HonourPage'),
});
