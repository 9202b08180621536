import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Link } from '@tanstack/react-router';
import { shell } from '../texts/shell.ts';
import { Page } from './page.tsx';

/** An address that is no page. */
export function Missing() {
  const t = useTexts(shell);
  return (
    <Page title={t.nothingHere} about={t.nothingHereLong}>
      <p>
        <Link to="/">{t.home}</Link>
      </p>
    </Page>
  );
}
