import { Fragment, type ReactNode } from 'react';
import { useRegionCode } from '../data/me.ts';

/** What is about the region that is looked at; with another region it begins from the start. */
export function OfRegion({ children }: { readonly children: (code: string) => ReactNode }) {
  const code = useRegionCode();
  return code === undefined ? null : <Fragment key={code}>{children(code)}</Fragment>;
}
