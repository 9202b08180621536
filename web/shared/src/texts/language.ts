import { Store, useStore } from '../store.ts';

export type Language = 'id' | 'en';

const KEPT = 'kumkm.language';

function first(): Language {
  try {
    return localStorage.getItem(KEPT) === 'en' ? 'en' : 'id';
  } catch {
    return 'id'; // the browser keeps nothing for this site
  }
}

export const language = new Store<Language>(first());

export function speak(told: Language): void {
  try {
    localStorage.setItem(KEPT, told);
  } catch {
    // it is spoken until the page is closed
  }
  document.documentElement.lang = told;
  language.set(told);
}

/** Where somebody switches it in another tab, this one goes along. */
if (typeof document !== 'undefined') {
  addEventListener('storage', ({ key }) => {
    if (key === KEPT) speak(first());
  });
}

export function useLanguage(): Language {
  return useStore(language);
}

/** The texts of a page in both languages: two dictionaries of one type. */
export interface Texts<T> {
  readonly id: T;
  readonly en: T;
}

export function texts<T>(both: { id: T; en: NoInfer<T> }): Texts<T> {
  return both;
}

/** The texts in the language that is spoken now. */
export function useTexts<T>(of: Texts<T>): T {
  return of[useLanguage()];
}
