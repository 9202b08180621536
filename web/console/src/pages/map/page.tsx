import { longDay } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { IconPolygon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMe } from '../../data/me.ts';
import { type RegionAnswer, regionQuery } from '../../data/progress.ts';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { Page } from '../../parts/page.tsx';
import { RegionPage } from '../../parts/region-page.tsx';
import { map } from '../../texts/map.ts';
import { useView } from '../../view.ts';
import { LoadBoundaries } from './load-boundaries.tsx';
import styles from './map.module.css';
import { boundariesQuery, pointsQuery } from './queries.ts';
import { useAreas } from './use-areas.ts';
import { Whole } from './whole.tsx';

/** A coordinator gets the team's records, joined where they lie close: as close as a map of a district shows them. */
const TEAM_ZOOM = 13;

/** Where the census stands, on a map that needs no base map, and as a table. */
export function MapPage() {
  const t = useTexts(map);
  return (
    <RegionPage title={t.title} ask={regionQuery} rows={1} height={480}>
      {(code, answer) => <Loaded code={code} answer={answer} />}
    </RegionPage>
  );
}

function Loaded({ code, answer }: { readonly code: string; readonly answer: RegionAnswer }) {
  const t = useTexts(map);
  const language = useLanguage();
  const view = useView();
  const me = useMe();
  const team = me?.role === 'coordinator';
  const [loading, setLoading] = useState(false);
  const points = useQuery(pointsQuery(code, view, team ? TEAM_ZOOM : 0));
  const boundaries = useQuery(boundariesQuery(code, view));
  const { areas, days, above, pending, fault } = useAreas(code);
  const wrong = points.error ?? boundaries.error ?? fault;
  const own = new Set(boundaries.data?.features.map(({ id }) => id));
  const shown = team ? areas.filter(({ row }) => own.has(row.region.code)) : areas;
  const mayLoad = me?.role === 'officer' || me?.role === 'admin';
  return (
    <Page
      title={t.title}
      about={t.about(answer.item.region.name, longDay(answer.as_of, language))}
      actions={
        mayLoad ? (
          <Button
            variant="default"
            leftSection={<IconPolygon aria-hidden size={18} />}
            onClick={() => setLoading(true)}
          >
            {t.load}
          </Button>
        ) : undefined
      }
    >
      {wrong !== null && wrong !== undefined ? (
        <Fault
          fault={wrong}
          again={() => {
            void points.refetch();
            void boundaries.refetch();
          }}
        />
      ) : pending || points.data === undefined || boundaries.data === undefined ? (
        <Waiting rows={1} height={480} />
      ) : points.data.items.length === 0 && shown.length === 0 ? (
        <section className={styles.empty}>
          <h2>{t.emptyTitle}</h2>
          <p>{t.empty}</p>
        </section>
      ) : (
        <Whole
          code={code}
          points={points.data.items}
          features={boundaries.data.features}
          areas={shown}
          above={above}
          days={days}
          team={team}
          answer={answer}
        />
      )}
      {loading && <LoadBoundaries onClose={() => setLoading(false)} />}
    </Page>
  );
}
