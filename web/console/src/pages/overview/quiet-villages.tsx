import { api, got } from '@kumkm/shared/api/client.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { levelOf } from '../../data/codes.ts';
import { FOLLOWS } from '../../data/following.ts';
import { useMe } from '../../data/me.ts';
import { asked, type RegionAnswer } from '../../data/progress.ts';
import { mayEnter } from '../../shell/navigation.ts';
import { overview } from '../../texts/overview.ts';
import { useView, type View, viewOf } from '../../view.ts';
import styles from './overview.module.css';

/** Days without a record, after which somebody should look into it. */
const QUIET_DAYS = 7;
/** No regency has as many villages. */
const VILLAGES = 1000;
const LEVELS: readonly string[] = ['regency', 'district'];

/** The villages of a regency or district in which nothing was entered for a week. */
function quietQuery(region: string, view: View) {
  const query = { ...asked(view), region, days: QUIET_DAYS, limit: VILLAGES };
  return queryOptions({
    queryKey: ['progress', 'quiet', query],
    queryFn: ({ signal }) => got(api.GET('/v1/progress/stale', { signal, params: { query } })),
    ...FOLLOWS,
  });
}

/** In how many villages nothing was entered for a week, and the map that shows them. */
export function QuietVillages({ answer }: { readonly answer: RegionAnswer }) {
  const t = useTexts(overview);
  const language = useLanguage();
  const me = useMe();
  const view = useView();
  const { code, name } = answer.item.region;
  const mayOpen = mayEnter(me?.role, 'map') && LEVELS.includes(levelOf(code));
  const quiet = useQuery({ ...quietQuery(code, view), enabled: mayOpen }).data;
  if (!mayOpen || quiet === undefined || quiet.items.length === 0) return null;
  const villages = count(quiet.items.length, language);
  return (
    <section className={styles.waiting} aria-label={t.quietLabel}>
      <p>
        <strong>{t.quiet(quiet.next_cursor === null ? villages : t.moreThan(villages))}</strong>
        {' · '}
        <span>{t.quietNote(count(QUIET_DAYS, language), name)}</span>
      </p>
      <Link to="/peta" search={(all) => ({ ...viewOf(all), layer: 'stale' })} className={styles.toQueue}>
        {t.toMap}
      </Link>
    </section>
  );
}
