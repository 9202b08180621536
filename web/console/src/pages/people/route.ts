import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';

export const peopleRoute = createRoute({
  getParentRoute: () => root,
  path: '/orang',
  component: lazyRouteComponent(() => import('./page.tsx'), 'PeoplePage'),
});
