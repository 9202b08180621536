import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';
import { campaignOf } from './search.ts';

export const campaignRoute = createRoute({
  getParentRoute: () => root,
  path: '/kegiatan',
  validateSearch: campaignOf,
  component: lazyRouteComponent(() => import('./page.tsx'), 'CampaignPage'),
});
