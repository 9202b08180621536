import { createRootRoute, retainSearchParams } from '@tanstack/react-router';
import { Missing } from './parts/missing.tsx';
import { Shell } from './shell/shell.tsx';
import { type View, viewOf } from './view.ts';

const KEPT: (keyof View)[] = ['campaign', 'region', 'as_of', 'basis'];

/** Around all pages. What a page looks at goes along to the next one. */
export const root = createRootRoute({
  component: Shell,
  notFoundComponent: Missing,
  validateSearch: viewOf,
  search: { middlewares: [retainSearchParams(KEPT)] },
});
