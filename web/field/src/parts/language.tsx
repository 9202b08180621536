import { speak, useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { app } from '../texts/app.ts';
import { Button } from './parts.tsx';

/** To the other language. */
export function Switch() {
  const [t, language] = [useTexts(app), useLanguage()];
  const other = language === 'id' ? 'en' : 'id';
  return (
    <Button onClick={() => speak(other)} lang={other}>
      {t.other}
    </Button>
  );
}
