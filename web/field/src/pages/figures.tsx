import { longMoment, shortDay } from '@kumkm/shared/formats/dates.ts';
import { count, percent, rate, rupiah } from '@kumkm/shared/formats/numbers.ts';
import aloud from '@kumkm/shared/hidden.module.css';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Frame } from '../parts/frame.tsx';
import { Notice, styles } from '../parts/parts.tsx';
import { kept } from '../state/device.ts';
import type { Figures } from '../state/figures.ts';
import { useStored } from '../state/stored.ts';
import { campaigns, recordedToday } from '../state/work.ts';
import { figures } from '../texts/more.ts';
import own from './figures.module.css';

export function FiguresPage() {
  const [t, language] = [useTexts(figures), useLanguage()];
  const found = useStored(async () => {
    const { current } = await campaigns();
    const all = (await kept<Figures[]>('figures')) ?? [];
    return {
      told: all.find((each) => each.campaign === current?.code) ?? null,
      today: await recordedToday(current?.code ?? ''),
    };
  });
  if (found === null)
    return (
      <Frame title={t.title} tab="figures">
        {null}
      </Frame>
    );
  const { told, today } = found;
  const most = Math.max(1, ...(told?.days ?? []).map((each) => each.entered));
  return (
    <Frame title={t.title} tab="figures">
      <dl className={own.tiles}>
        <Tile name={t.today} value={count(today, language)} under={t.todayWhy} />
        <Tile
          name={t.needed}
          value={rate(told?.needed, language)}
          under={t.neededWhy(count(told?.daysLeft, language))}
        />
        <Tile
          name={t.entered}
          value={count(told?.entered, language)}
          under={
            told?.quota == null
              ? t.noQuota
              : t.ofQuota(
                  count(told.quota, language),
                  percent((100 * told.entered) / Math.max(1, told.quota), language),
                )
          }
        />
        {told?.honour != null && (
          <Tile
            name={t.honour}
            value={rupiah(told.honour.due, language)}
            under={t.honourWhy(rupiah(told.honour.paid, language))}
          />
        )}
        <Tile name={t.open} value={count(told?.openVisits, language)} under={t.openWhy} />
      </dl>
      {told === null ? (
        <Notice>{t.none}</Notice>
      ) : (
        <section className={styles.card}>
          <h2>{t.days}</h2>
          <table className={own.days}>
            <thead className={aloud.hidden}>
              <tr>
                <th>{t.day}</th>
                <th>{t.entered}</th>
              </tr>
            </thead>
            <tbody>
              {told.days.map((each) => (
                <tr key={each.date}>
                  <th scope="row">{shortDay(each.date, language)}</th>
                  <td>
                    <meter min={0} max={most} value={each.entered} aria-hidden />
                    <span>{count(each.entered, language)}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className={styles.quiet}>{t.asOf(longMoment(new Date(told.at).toISOString(), language))}</p>
        </section>
      )}
    </Frame>
  );
}

function Tile({
  name,
  value,
  under,
}: {
  readonly name: string;
  readonly value: string;
  readonly under: string;
}) {
  return (
    <div className={own.tile}>
      <dt>{name}</dt>
      <dd>
        <strong>{value}</strong>
        <span className={styles.quiet}>{under}</span>
      </dd>
    </div>
  );
}
