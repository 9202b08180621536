import { longMoment } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert, Button, Progress } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { agencyName } from '../../data/agencies.ts';
import { FactList } from '../../parts/fact-list.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import section from '../../parts/section.module.css';
import surfaces from '../../parts/surfaces.module.css';
import { verification } from '../../texts/verification.ts';
import { wordOf } from '../../texts/word-of.ts';
import { Answers } from './answers.tsx';
import { DownloadDialog } from './download-dialog.tsx';
import { applied } from './moving.ts';
import { type Request_, requestQuery, requestsQuery, VERIFICATION } from './queries.ts';
import { Standing } from './standing.tsx';
import styles from './verification.module.css';

interface Told {
  readonly id: string;
  readonly mayUnmask: boolean;
}

/** One request: how far it is, its file, and where its answers go in. */
export function OpenedRequest({ id, mayUnmask }: Told) {
  const client = useQueryClient();
  const query = useQuery(requestQuery(id));
  const request = query.data;
  const now = request === undefined ? undefined : request.answered * 2 - request.waiting;
  const before = useRef(now);
  useEffect(() => {
    // What is applied moves the sums and the lists, too.
    if (before.current !== undefined && now !== before.current) {
      void client.invalidateQueries({ queryKey: requestsQuery.queryKey });
      void client.invalidateQueries({ queryKey: [...VERIFICATION, 'summary'] });
      void client.invalidateQueries({ queryKey: ['businesses'] });
    }
    before.current = now;
  }, [client, now]);
  if (request === undefined) {
    return query.isError ? (
      <Fault fault={query.error} again={() => void query.refetch()} />
    ) : (
      <Waiting rows={2} height={96} />
    );
  }
  return <Opened request={request} mayUnmask={mayUnmask} />;
}

interface OpenedTold {
  readonly request: Request_;
  readonly mayUnmask: boolean;
}

function Opened({ request, mayUnmask }: OpenedTold) {
  const t = useTexts(verification);
  const language = useLanguage();
  const [downloading, setDownloading] = useState(false);
  const heading = useRef<HTMLElement>(null);
  useEffect(() => {
    void heading.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const isFile = request.via === 'file' && request.state !== 'forgotten';
  const left = request.asked - request.answered;
  const facts = [
    [t.asked, count(request.asked, language)],
    [t.answered, count(request.answered, language)],
    [t.states.match, count(request.match, language)],
    [t.states.mismatch, count(request.mismatch, language)],
    [t.states.not_found, count(request.not_found, language)],
    [t.outdated, count(request.outdated, language)],
  ] as const;
  return (
    <section ref={heading} className={`${surfaces.card} ${styles.opened}`} aria-labelledby="request">
      <header className={section.head}>
        <div>
          <h2 id="request" className={section.title}>
            {t.opened(wordOf(t.kinds, request.kind), agencyName(request.source))}
          </h2>
          <p className={section.quiet}>
            {t.openedAbout(longMoment(request.made_at, language), request.made_by, request.region_name)}
          </p>
          {request.reason !== '' && <p className={section.quiet}>{t.reasonTold(request.reason)}</p>}
        </div>
        <Standing request={request} />
      </header>
      <FactList className={`figures ${section.figures}`} facts={facts} />
      <Applied request={request} />
      {request.outdated > 0 && (
        <p className={section.quiet}>{t.outdatedAbout(count(request.outdated, language))}</p>
      )}
      {request.state === 'forgotten' && <p className={section.quiet}>{t.forgotten}</p>}
      {request.via === 'verifier' && request.state === 'open' && <Verifier request={request} />}
      {isFile && mayUnmask && left > 0 && (
        <div className={section.head}>
          <p className={section.quiet}>
            {request.fetched_at === null ? t.notFetched : t.fetched(longMoment(request.fetched_at, language))}
          </p>
          <Button
            variant="default"
            leftSection={<IconDownload size={18} stroke={1.75} aria-hidden />}
            onClick={() => setDownloading(true)}
          >
            {t.download}
          </Button>
        </div>
      )}
      {isFile && mayUnmask && <Answers request={request} />}
      {downloading && <DownloadDialog request={request} onClose={() => setDownloading(false)} />}
    </section>
  );
}

const WHOLE = 100;

/** How many of the answers are in the register. */
function Applied({ request }: { readonly request: Request_ }) {
  const t = useTexts(verification);
  const language = useLanguage();
  const done = applied(request);
  if (request.answered === 0) return null;
  if (request.waiting === 0) return <p role="status">{t.appliedAll(count(done, language))}</p>;
  const words = t.applied(count(done, language), count(request.answered, language));
  return (
    <div className={styles.progress}>
      <p role="status">{words}</p>
      <Progress value={(done / request.answered) * WHOLE} aria-label={words} size="md" radius="xl" />
    </div>
  );
}

/** What a verifier does with it, or why it does not. */
function Verifier({ request }: { readonly request: Request_ }) {
  const t = useTexts(verification);
  const language = useLanguage();
  const { fault, tried_at } = request;
  if (fault === null) return <p className={section.quiet}>{t.verifierAsks}</p>;
  const why = t.faults[fault] ?? fault;
  return (
    <Alert role="alert" variant="light" color="orange">
      {tried_at === null ? t.haltedNow(why) : t.halted(why, longMoment(tried_at, language))} {t.again}
    </Alert>
  );
}
