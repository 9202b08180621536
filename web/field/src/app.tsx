import { useStore } from '@kumkm/shared/store.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { DoorPage, NewDoor } from './pages/door.tsx';
import { Enrol } from './pages/enrol.tsx';
import { FiguresPage } from './pages/figures.tsx';
import { FormPage } from './pages/form.tsx';
import { OutboxPage } from './pages/outbox.tsx';
import { ChoosePin, Locked } from './pages/pin.tsx';
import { RecordPage } from './pages/record.tsx';
import { ReinterviewPage } from './pages/reinterviews.tsx';
import { SettingsPage } from './pages/settings.tsx';
import { WorkPage } from './pages/work.tsx';
import { Boundary } from './parts/boundary.tsx';
import { NoRoom } from './parts/no-room.tsx';
import { Button, styles } from './parts/parts.tsx';
import { Revoked } from './parts/revoked.tsx';
import { phase } from './state/device.ts';
import { type Route, route } from './state/route.ts';
import { start } from './state/start.ts';
import { app } from './texts/app.ts';

export function App() {
  const t = useTexts(app);
  const stopped = <Stopped title={t.fault} why={t.faultWhy} act={t.reload} go={() => location.reload()} />;
  return (
    <Boundary instead={stopped}>
      <Opened />
    </Boundary>
  );
}

function Opened() {
  const now = useStore(phase);
  const t = useTexts(app);
  const where = useStore(route);
  switch (now) {
    case 'opening':
      return <p className={styles.center}>{t.wait}</p>;
    case 'elsewhere':
      return (
        <Stopped title={t.elsewhere} why={t.elsewhereWhy} act={t.takeOver} go={() => void start(true)} />
      );
    case 'outdated':
      return <Stopped title={t.outdated} why={t.outdatedWhy} act={t.reload} go={() => location.reload()} />;
    case 'full':
      return <Stopped title={t.fullTitle} why={t.fullWhy} act={t.tryAgain} go={() => location.reload()} />;
    case 'broken':
      return <Stopped title={t.broken} why={t.brokenWhy} act={t.reload} go={() => location.reload()} />;
    case 'enrol':
      return <Enrol />;
    case 'pin':
      return (
        <>
          <Revoked />
          <NoRoom />
          <ChoosePin />
        </>
      );
    case 'locked':
      return (
        <>
          <Revoked />
          <NoRoom />
          <Locked />
        </>
      );
    case 'open':
      return (
        <>
          <Revoked />
          <Page key={'id' in where ? where.id : where.page} where={where} />
        </>
      );
  }
}

function Page({ where }: { readonly where: Route }) {
  switch (where.page) {
    case 'work':
      return <WorkPage />;
    case 'new':
      return <NewDoor />;
    case 'door':
      return <DoorPage id={where.id} />;
    case 'form':
      return <FormPage id={where.id} />;
    case 'record':
      return <RecordPage id={where.id} />;
    case 'reinterview':
      return <ReinterviewPage id={where.id} />;
    case 'outbox':
      return <OutboxPage />;
    case 'figures':
      return <FiguresPage />;
    case 'settings':
      return <SettingsPage />;
  }
}

function Stopped(props: {
  readonly title: string;
  readonly why: string;
  readonly act: string;
  readonly go: () => void;
}) {
  return (
    <main className={styles.center}>
      <div className={styles.brand}>
        <img src="./icon.svg" alt="" />
        <h1>{props.title}</h1>
        <p>{props.why}</p>
      </div>
      <Button kind="main" wide onClick={props.go}>
        {props.act}
      </Button>
    </main>
  );
}
