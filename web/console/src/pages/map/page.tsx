import { longDay } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useQuery } from '@tanstack/react-query';
import { useMe, useRegionCode } from '../../data/me.ts';
import { type RegionAnswer, regionQuery } from '../../data/progress.ts';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { Page } from '../../parts/page.tsx';
import { map } from '../../texts/map.ts';
import { useView } from '../../view.ts';
import styles from './map.module.css';
import { pointsQuery } from './queries.ts';
import { useAreas } from './use-areas.ts';
import { Whole } from './whole.tsx';

/** A coordinator gets the team's records, joined where they lie close: as close as a map of a district shows them. */
const TEAM_ZOOM = 13;

/** Where the census stands, on a map that needs no base map, and as a table. */
export function MapPage() {
  const code = useRegionCode();
  return code === undefined ? null : <RegionMap key={code} code={code} />;
}

function RegionMap({ code }: { readonly code: string }) {
  const t = useTexts(map);
  const view = useView();
  const region = useQuery(regionQuery(code, view));
  if (region.data !== undefined) return <Loaded code={code} answer={region.data} />;
  return (
    <Page title={t.title}>
      {region.isError ? (
        <Fault fault={region.error} again={() => void region.refetch()} />
      ) : (
        <Waiting rows={1} height={480} />
      )}
    </Page>
  );
}

function Loaded({ code, answer }: { readonly code: string; readonly answer: RegionAnswer }) {
  const t = useTexts(map);
  const language = useLanguage();
  const view = useView();
  const me = useMe();
  const points = useQuery(pointsQuery(code, view, me?.role === 'coordinator' ? TEAM_ZOOM : 0));
  const { areas, days, pending, fault } = useAreas(code);
  const wrong = points.error ?? fault;
  const waiting = points.isPending || pending;
  return (
    <Page title={t.title} about={t.about(answer.item.region.name, longDay(answer.as_of, language))}>
      {wrong !== null && wrong !== undefined ? (
        <Fault fault={wrong} again={() => void points.refetch()} />
      ) : waiting || points.data === undefined ? (
        <Waiting rows={1} height={480} />
      ) : points.data.items.length === 0 && areas.length === 0 ? (
        <section className={styles.empty}>
          <h2>{t.emptyTitle}</h2>
          <p>{t.empty}</p>
        </section>
      ) : (
        <Whole points={points.data.items} areas={areas} days={days} answer={answer} />
      )}
    </Page>
  );
}
