import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Link } from '@tanstack/react-router';
import { refusal } from '../../refusal.ts';
import { signin } from '../../texts/signin.ts';
import { SignInForm } from './form.tsx';
import { Front } from './front.tsx';

/** At whatever address: afterwards the page of that address is shown. */
export function SignInPage() {
  const t = useTexts(signin);
  return (
    <Front title={t.welcome} about={t.about}>
      <SignInForm refusal={refusal} />
      <Link to="/aktivasi">{t.haveCode}</Link>
    </Front>
  );
}
