import type { Curve } from '@kumkm/shared/charts/progress.ts';
import { Legend } from './legend.tsx';

interface Told {
  readonly curve: Curve;
  readonly hasTarget: boolean;
  readonly names: {
    readonly actual: string;
    readonly needed: string;
    readonly projected: string;
    readonly target: string;
  };
}

/** What each line of a curve is; lines that are not drawn are not named. */
export function CurveLegend({ curve, hasTarget, names }: Told) {
  const kinds = [
    'actual',
    ...(curve.needed.length > 0 ? (['needed'] as const) : []),
    ...(curve.projected.length > 0 ? (['projected'] as const) : []),
    ...(hasTarget ? (['target'] as const) : []),
  ] as const;
  return <Legend items={kinds.map((kind) => ({ kind, name: names[kind] }))} />;
}
