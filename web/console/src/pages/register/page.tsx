import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Page } from '../../parts/page.tsx';
import { shell } from '../../texts/shell.ts';

export function RegisterPage() {
  const t = useTexts(shell);
  return (
    <Page title={t.pages.register}>
      <p>{t.soon}</p>
    </Page>
  );
}
