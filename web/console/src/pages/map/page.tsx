import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Page } from '../../parts/page.tsx';
import { shell } from '../../texts/shell.ts';

export function MapPage() {
  const t = useTexts(shell);
  return (
    <Page title={t.pages.map}>
      <p>{t.soon}</p>
    </Page>
  );
}
