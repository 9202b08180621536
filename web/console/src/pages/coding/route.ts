import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';
import { codingOf } from './search.ts';

export const codingRoute = createRoute({
  getParentRoute: () => root,
  path: '/pengodean',
  validateSearch: codingOf,
  component: lazyRouteComponent(() => import('./page.tsx'), 'CodingPage'),
});
