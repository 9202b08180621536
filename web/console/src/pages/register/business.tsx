import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert, Button } from '@mantine/core';
import { IconArrowLeft, IconEye, IconPencil } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { type Business, businessQuery } from '../../data/business.ts';
import { useMayUnmask, useMe } from '../../data/me.ts';
import { Answers } from '../../parts/answers/answers.tsx';
import { newestOf } from '../../parts/answers/questions.ts';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { Page } from '../../parts/page.tsx';
import { Photos } from '../../parts/photos/photos.tsx';
import { Place } from '../../parts/place/place.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { answersTexts } from '../../texts/answers.ts';
import { register } from '../../texts/register.ts';
import styles from './business.module.css';
import { type Corrected, CorrectionDialog } from './correction-dialog.tsx';
import { Facts } from './facts.tsx';
import { History } from './history.tsx';
import { sourcesOf } from './sources.ts';
import { SourceMark, Sources } from './sources.tsx';
import { UnmaskDialog } from './unmask-dialog.tsx';
import { Unmasked, useUnmasked } from './unmasked.tsx';

/** Those who look after a region may correct. */
const OFFICE = ['officer', 'admin'];

/** Those that somebody was led to from a business that was merged into them. */
const survivors = new Set<string>();

/** One business whole. */
export function BusinessPage() {
  const { businessId } = useParams({ from: '/register/$businessId' });
  return <Whole key={businessId} id={businessId} />;
}

function Whole({ id }: { readonly id: string }) {
  const t = useTexts(register);
  const navigate = useNavigate();
  const client = useQueryClient();
  const query = useQuery({ ...businessQuery(id), refetchOnWindowFocus: false });
  const answer = query.data;
  const survivor = answer !== undefined && answer.id !== id ? answer.id : undefined;
  useEffect(() => {
    if (survivor === undefined || answer === undefined) return;
    survivors.add(survivor);
    client.setQueryData(businessQuery(survivor).queryKey, answer);
    void navigate({
      to: '/register/$businessId',
      params: { businessId: survivor },
      search: (all) => all,
      replace: true,
    });
  }, [survivor, answer, navigate, client]);
  if (answer === undefined || survivor !== undefined) {
    return (
      <Page title={t.business} actions={<Back />}>
        {query.isError ? (
          <Fault fault={query.error} again={() => void query.refetch()} />
        ) : (
          <Waiting rows={4} height={96} />
        )}
      </Page>
    );
  }
  return <Dossier business={answer} />;
}

function Back() {
  const t = useTexts(register);
  return (
    <Button
      variant="default"
      leftSection={<IconArrowLeft size={18} aria-hidden />}
      renderRoot={(props: object) => <Link to="/register" {...props} />}
    >
      {t.back}
    </Button>
  );
}

function Dossier({ business }: { readonly business: Business }) {
  const t = useTexts(register);
  const a = useTexts(answersTexts);
  const me = useMe();
  const isOffice = me !== undefined && OFFICE.includes(me.role);
  const mayUnmask = useMayUnmask();
  const [window_, setWindow] = useState<'unmask' | 'correct'>();
  const [photo, setPhoto] = useState<number>();
  const [corrected, setCorrected] = useState<Corrected>();
  const seen = useUnmasked(business);
  const shown = seen.business ?? business;
  const questionnaire = newestOf(shown.kind);
  const [sources, sourceAt] = sourcesOf(shown.provenance);
  const { latitude, longitude } = shown;
  return (
    <Page
      title={t.business}
      heading={shown.name}
      actions={
        <>
          <Back />
          {mayUnmask && seen.business === undefined && (
            <Button
              variant="default"
              leftSection={<IconEye size={18} stroke={1.75} aria-hidden />}
              onClick={() => setWindow('unmask')}
            >
              {t.unmask}
            </Button>
          )}
          {isOffice && (
            <Button
              leftSection={<IconPencil size={18} stroke={1.75} aria-hidden />}
              onClick={() => setWindow('correct')}
            >
              {t.correct}
            </Button>
          )}
        </>
      }
    >
      {survivors.has(business.id) && <Alert variant="light">{t.merged}</Alert>}
      {corrected !== undefined && (
        <Alert variant="light" role="status" title={t.corrected(corrected.revision)}>
          {corrected.warnings.length > 0 && (
            <>
              {t.correctedWarnings}
              <ul>
                {corrected.warnings.map((each) => (
                  <li key={each}>{each}</li>
                ))}
              </ul>
            </>
          )}
        </Alert>
      )}
      <Unmasked seen={seen} />
      <Facts business={shown} />
      <div className={styles.columns}>
        <section className={`${surfaces.card} ${styles.card}`} aria-labelledby="answers">
          <h2 id="answers">{t.answers}</h2>
          <Sources sources={sources} />
          <Answers
            questionnaire={questionnaire}
            answers={shown.answers}
            noteOf={
              sources.length < 2 ? undefined : (pointer) => <SourceMark source={sourceAt.get(pointer)} />
            }
          />
          {!shown.answers_complete && <p className={styles.quiet}>{t.lostAnswers}</p>}
        </section>
        <div className={styles.side}>
          <section className={`${surfaces.card} ${styles.card}`} aria-labelledby="place">
            <h2 id="place">{a.location}</h2>
            <Place
              point={latitude === null || longitude === null ? undefined : { latitude, longitude }}
              accuracy={null}
              others={undefined}
            />
          </section>
          <section className={`${surfaces.card} ${styles.card}`} aria-labelledby="photos">
            <h2 id="photos">{a.photos}</h2>
            <Photos recordId={shown.record_id} opened={photo} onOpen={setPhoto} />
          </section>
          <History business={shown} />
        </div>
      </div>
      {window_ === 'unmask' && (
        <UnmaskDialog id={business.id} onClose={() => setWindow(undefined)} onSeen={seen.show} />
      )}
      {window_ === 'correct' && (
        <CorrectionDialog
          business={shown}
          onClose={() => setWindow(undefined)}
          onDone={(done) => {
            setWindow(undefined);
            setCorrected(done);
            seen.hide();
          }}
        />
      )}
    </Page>
  );
}
