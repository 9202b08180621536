// What every page is made of.

import { useTexts } from '@kumkm/shared/texts/language.ts';
import {
  IconAlertTriangle,
  IconArrowLeft,
  IconCircleCheck,
  IconInfoCircle,
  IconX,
} from '@tabler/icons-react';
import { type ButtonHTMLAttributes, type ReactNode, useEffect, useId, useRef } from 'react';
import { app } from '../texts/app.ts';
import styles from './parts.module.css';

export { styles };

export type Tone = 'info' | 'good' | 'risk' | 'bad';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: 'main' | 'soft' | 'plain' | 'bad';
  readonly wide?: boolean;
}

export function Button({ kind = 'plain', wide = false, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={styles.button}
      data-kind={kind}
      {...(wide ? { 'data-wide': '' } : {})}
      {...rest}
    >
      {children}
    </button>
  );
}

/** Signs of a name that takes more than three lines of a small phone. */
const LONG_NAME = 60;

/** A page with its bar. `back`: where the arrow leads. */
export function Screen(props: {
  readonly title: ReactNode;
  readonly under?: ReactNode;
  readonly back?: string;
  readonly beside?: ReactNode;
  readonly children: ReactNode;
  readonly below?: ReactNode;
}) {
  const t = useTexts(app);
  const isLong = [props.title, props.under].some((each) => String(each ?? '').length > LONG_NAME);
  return (
    <div className={styles.screen}>
      <header className={styles.bar} data-long={isLong ? '' : undefined}>
        {props.back !== undefined && (
          <a className={styles.barButton} href={props.back} aria-label={t.back}>
            <IconArrowLeft aria-hidden />
          </a>
        )}
        {/* A long name scrolls away with its bar, so that it is shown whole and leaves room for the page. */}
        <h1>
          {props.title}
          {props.under !== undefined && <small>{props.under}</small>}
        </h1>
        {props.beside}
      </header>
      <main className={styles.main}>{props.children}</main>
      {props.below}
    </div>
  );
}

export function Notice({ tone = 'info', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <div className={styles.notice} data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      {children}
    </div>
  );
}

const ICONS = { info: IconInfoCircle, good: IconCircleCheck, risk: IconAlertTriangle, bad: IconX } as const;

/** A line below a field, told by its sign as well as by its colour. */
export function Said({
  tone,
  id,
  children,
}: {
  readonly tone: Tone;
  readonly id?: string;
  readonly children: ReactNode;
}) {
  const Icon = ICONS[tone];
  return (
    <p className={styles.said} data-tone={tone} {...(id === undefined ? {} : { id })}>
      <Icon size={18} aria-hidden />
      <span>{children}</span>
    </p>
  );
}

export function Pill({ tone = 'info', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <span className={styles.pill} data-tone={tone}>
      {children}
    </span>
  );
}

/** What each is called, and what it is. */
export function Facts({ of }: { readonly of: readonly (readonly [string, string])[] }) {
  return (
    <dl className={styles.stack}>
      {of.map(([name, value]) => (
        <div key={name}>
          <dt className={styles.quiet}>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A field of a small form; what is typed is the caller's. */
export function Field(props: {
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
  readonly type?: string;
  readonly mode?: 'text' | 'numeric';
  readonly complete?: string;
  readonly hint?: string;
  readonly fault?: string | null;
  readonly pin?: boolean;
  /** Go there when this is no longer the same: true, or the number of the attempt that it failed. */
  readonly focus?: boolean | number;
}) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (props.focus) input.current?.focus();
  }, [props.focus]);
  const told = props.fault ?? null;
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {props.label}
      </label>
      <input
        ref={input}
        id={id}
        className={`${styles.input}${props.pin ? ` ${styles.pin}` : ''}`}
        type={props.type ?? 'text'}
        inputMode={props.mode ?? 'text'}
        autoComplete={props.complete ?? 'off'}
        autoCapitalize="none"
        spellCheck={false}
        placeholder={props.hint}
        value={props.value}
        aria-invalid={told !== null}
        aria-describedby={told === null ? undefined : `${id}-fault`}
        onChange={(event) => props.change(event.currentTarget.value)}
      />
      {told !== null && (
        <Said tone="bad" id={`${id}-fault`}>
          {told}
        </Said>
      )}
    </div>
  );
}

/** One of a list; `children` are its options. */
export function Choice(props: {
  readonly label: string;
  readonly value: string | undefined;
  readonly change: (value: string) => void;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {props.label}
      </label>
      <select
        id={id}
        className={styles.input}
        value={props.value}
        onChange={(event) => props.change(event.currentTarget.value)}
      >
        {props.children}
      </select>
    </div>
  );
}

/** A page whose content is being read, or cannot be read just now: never a white one. */
export function Reading({ back }: { readonly back: string }) {
  const t = useTexts(app);
  return (
    <Screen title={t.name} back={back}>
      <p className={styles.quiet}>{t.wait}</p>
    </Screen>
  );
}

/** A question over the page, closed by the back of the browser's own dialog, too. */
export function Dialog(props: {
  readonly title: string;
  readonly close: () => void;
  readonly children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby={id} onClose={props.close}>
      <div className={styles.stack}>
        <h2 id={id}>{props.title}</h2>
        {props.children}
      </div>
    </dialog>
  );
}
