import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  WebAuthnError,
} from '@simplewebauthn/browser';
import { ApiProblem } from '../api/problem.ts';
import type { components } from '../api/schema.d.ts';
import { isObject } from '../guards.ts';
import { handleOf } from './handle.ts';
import { signInWithCredential } from './session.ts';
import { askForChallenge } from './wire.ts';

type Credential = components['schemas']['Credential'];

/** Whether this browser can have passkeys at all. */
export const passkeysWork = browserSupportsWebAuthn;

/**
 * Why a passkey was not made or used. `cancelled`: by who was asked, or by the time. `known`: this device has one already.
 * `unsuited`: it cannot look who uses it. `other`: the passkey is of another account.
 */
export type Why = 'cancelled' | 'known' | 'unsuited' | 'other' | 'failed';

export class PasskeyFault extends Error {
  readonly why: Why;

  constructor(why: Why) {
    super(why);
    this.name = 'PasskeyFault';
    this.why = why;
  }
}

/** Its challenge is good for five minutes. */
const RENEW_MS = 4 * 60_000;

interface Wanted {
  /** The id of the account whose session goes on; undefined where anybody may sign in. */
  readonly accountId: string | undefined;
  readonly autofill?: boolean;
}

/** @throws ApiProblem, Unreachable, PasskeyFault */
export async function signInWithPasskey({ accountId, autofill = false }: Wanted): Promise<void> {
  const options = await askForChallenge();
  if (!isRequest(options)) throw new ApiProblem(502, undefined);
  const credential = await asked(() =>
    startAuthentication({ optionsJSON: options, useBrowserAutofill: autofill }),
  );
  const whose = credential.response.userHandle;
  if (accountId !== undefined && whose !== undefined && whose !== handleOf(accountId)) {
    throw new PasskeyFault('other');
  }
  await signInWithCredential(credential);
}

/**
 * Let the browser offer passkeys where the user name is typed, until the answer is called.
 *
 * @param refused what a passkey that was chosen came to.
 */
export function offerInAutofill(
  accountId: string | undefined,
  refused: (fault: unknown) => void,
): () => void {
  let over = false;
  let renewing: ReturnType<typeof setTimeout> | undefined;
  async function offer(): Promise<void> {
    clearTimeout(renewing);
    if (!(await browserSupportsWebAuthnAutofill()) || over) return;
    renewing = setTimeout(() => void offer(), RENEW_MS);
    try {
      await signInWithPasskey({ accountId, autofill: true });
    } catch (fault) {
      // Nobody has asked yet: only what came of a passkey that was chosen is told.
      if (over || (fault instanceof PasskeyFault && fault.why !== 'other')) return;
      refused(fault);
    }
  }
  void offer();
  return () => {
    over = true;
    clearTimeout(renewing);
    WebAuthnAbortService.cancelCeremony();
  };
}

/**
 * Make a passkey on this device, by options of the server.
 *
 * @throws ApiProblem, PasskeyFault
 */
export async function makePasskey(options: unknown): Promise<Credential> {
  if (!isCreation(options)) throw new ApiProblem(502, undefined);
  return await asked(() => startRegistration({ optionsJSON: options }));
}

async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (fault) {
    throw new PasskeyFault(whyOf(fault));
  }
}

function whyOf(fault: unknown): Why {
  if (fault instanceof WebAuthnError) {
    if (fault.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED') return 'known';
    if (fault.code === 'ERROR_AUTHENTICATOR_MISSING_DISCOVERABLE_CREDENTIAL_SUPPORT') return 'unsuited';
    if (fault.code === 'ERROR_AUTHENTICATOR_MISSING_USER_VERIFICATION_SUPPORT') return 'unsuited';
    if (fault.code === 'ERROR_CEREMONY_ABORTED') return 'cancelled';
    return fault.cause instanceof Error && fault.cause.name === 'NotAllowedError' ? 'cancelled' : 'failed';
  }
  return fault instanceof Error && fault.name === 'NotAllowedError' ? 'cancelled' : 'failed';
}

function isRequest(told: unknown): told is PublicKeyCredentialRequestOptionsJSON {
  return isObject(told) && 'challenge' in told;
}

function isCreation(told: unknown): told is PublicKeyCredentialCreationOptionsJSON {
  return isRequest(told) && 'rp' in told && 'user' in told;
}
