import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';
import { qualityOf } from './search.ts';

export const qualityRoute = createRoute({
  getParentRoute: () => root,
  path: '/mutu',
  validateSearch: qualityOf,
  component: lazyRouteComponent(() => import('./page.tsx'), 'QualityPage'),
});
