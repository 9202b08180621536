import { type QueryKey, type UseQueryOptions, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useView, type View } from '../view.ts';
import { OfRegion } from './of-region.tsx';
import { PageToCome } from './page-to-come.tsx';

interface Told<Answer, Key extends QueryKey> {
  /** What the page is called until its answer is here. */
  readonly title: string;
  /** What is asked about the region that is looked at. */
  readonly ask: (code: string, view: View) => UseQueryOptions<Answer, Error, Answer, Key>;
  /** Bars in place of what comes, and how high they are, in pixels. */
  readonly rows: number;
  readonly height: number;
  /** The page, once the answer is here. */
  readonly children: (code: string, answer: Answer) => ReactNode;
}

/** A page that stands on one answer about the region that is looked at. */
export function RegionPage<Answer, Key extends QueryKey>(told: Told<Answer, Key>) {
  return <OfRegion>{(code) => <Answered code={code} {...told} />}</OfRegion>;
}

type AnsweredTold<Answer, Key extends QueryKey> = Told<Answer, Key> & { readonly code: string };

function Answered<Answer, Key extends QueryKey>(told: AnsweredTold<Answer, Key>) {
  const { title, code, ask, rows, height, children } = told;
  const query = useQuery(ask(code, useView()));
  return query.data === undefined ? (
    <PageToCome title={title} query={query} rows={rows} height={height} />
  ) : (
    children(code, query.data)
  );
}
