import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';
import { LAYERS, type Layer } from './layers.ts';

interface MapSearch {
  readonly layer?: Layer | undefined;
  /** Code of the region whose figures are open. */
  readonly at?: string | undefined;
  readonly sort?: string | undefined;
}

const CODE = /^\d{2}(?:\.\d{2}(?:\.\d{2}(?:\.\d{4}(?:\.\d{4})?)?)?)?$/;

export const mapRoute = createRoute({
  getParentRoute: () => root,
  path: '/peta',
  validateSearch: ({ layer, at, sort }: Record<string, unknown>): MapSearch => {
    const known = LAYERS.find((each) => each === layer);
    return {
      ...(known === undefined ? {} : { layer: known }),
      ...(typeof at === 'string' && CODE.test(at) ? { at } : {}),
      ...(typeof sort === 'string' ? { sort } : {}),
    };
  },
  component: lazyRouteComponent(() => import('./page.tsx'), 'MapPage'),
});
