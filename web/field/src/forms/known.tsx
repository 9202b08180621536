import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Notice } from '../parts/parts.tsx';
import { filling } from '../texts/work.ts';
import { useFilling } from './filling.tsx';
import own from './form.module.css';

/** At the doorstep: this number is probably recorded already. */
export function Known({ kind }: { readonly kind: string }) {
  const { draft, answer, form } = useFilling();
  const t = useTexts(filling);
  const canSay = form.questions.some((each) => each.path[0] === 'other_business_of_owner');
  const said = draft.answers.other_business_of_owner === true;
  return (
    <Notice tone="risk">
      <strong>{t.probably(t.kinds[kind] ?? kind)}</strong>
      {canSay && (
        <>
          <span>{t.probablyWhy}</span>
          <label className={own.choice}>
            <input
              type="checkbox"
              checked={said}
              onChange={() => answer(['other_business_of_owner'], said ? undefined : true)}
            />
            <span>{t.otherBusiness}</span>
          </label>
        </>
      )}
    </Notice>
  );
}
