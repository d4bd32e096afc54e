import { randomUUID } from 'node:crypto';
import { FailureError, failure } from '../domain/failures.ts';
import type { WorkerId } from '../domain/ids.ts';
import { translate } from './failures.ts';
import { askForToken, PasswordRefusedError } from './login.ts';
import type { Network } from './network.ts';

/**
 * The session with the Actual server. A server lets in few logins, so the token is kept and shared, and one worker
 * at a time logs in; a refused password is not tried again until its secret has another version.
 */

/** What the configuration says of the Actual server. */
export interface ServerSettings {
  readonly serverUrl: string;
  readonly password: string;
  /** Version of the secret that holds them. */
  readonly secretVersion: string;
  /** Names the server where its address would say too much. */
  readonly serverId: string;
  /** Encryption passwords by sync id. */
  readonly budgetPasswords: Readonly<Record<string, string>>;
  /** In PEM, where the server's certificate is from an authority of the household's own. */
  readonly certificateAuthority?: string;
}

export interface SessionToken {
  readonly token: string;
  /** The login that it came from. A server gives the same token again when it renews one that has expired. */
  readonly login: string;
  /** Version of the secret whose password it was given for; a token of another version may be another server's. */
  readonly secretVersion: string;
}

/** Where the token is kept. */
export interface TokenStore {
  read(): Promise<SessionToken | undefined>;
  write(token: SessionToken): Promise<void>;
}

/** What became of logins to a server so far. */
export interface PastLogins {
  /** Version of the secret whose password was refused. */
  readonly refusedVersion?: string | undefined;
  /** The last login, where it was a moment ago: the store of tokens may not show it yet. */
  readonly recent?: { readonly login: string; readonly secretVersion: string } | undefined;
}

/** Who may log in now, and what became of logins before. */
export interface LoginLease {
  takeLease(lease: {
    readonly serverId: string;
    readonly owner: WorkerId;
    readonly seconds: number;
  }): Promise<boolean>;
  releaseLease(lease: { readonly serverId: string; readonly owner: WorkerId }): Promise<void>;
  past(serverId: string): Promise<PastLogins>;
  rememberRefusal(serverId: string, secretVersion: string): Promise<void>;
  rememberLogin(serverId: string, login: string, secretVersion: string): Promise<void>;
}

export interface SessionPorts {
  readonly tokens: TokenStore;
  readonly logins: LoginLease;
  readonly owner: WorkerId;
  readonly network: Network;
  readonly wait: (milliseconds: number) => Promise<void>;
}

const LEASE_SECONDS = 90;
const LOOK_AGAIN_MILLISECONDS = 1000;
/** The lease of a worker that was killed ends by itself: whoever waits for it looks on until then. */
const LOOKS = LEASE_SECONDS + 5;

/**
 * Does `work` with a token: with the kept one, or with a new one when there is none or the server refuses it.
 *
 * @throws FailureError, SESSION_EXPIRED when the server refuses a new token as well.
 */
export async function withSession<Result>(
  ports: SessionPorts,
  settings: ServerSettings,
  work: (token: string) => Promise<Result>,
): Promise<Result> {
  const kept = await usableToken(ports, settings);
  if (kept === undefined) return work(await newToken(ports, settings, undefined));
  try {
    return await work(kept.token);
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.code !== 'SESSION_EXPIRED') throw error;
    return work(await newToken(ports, settings, kept.login));
  }
}

async function usableToken(
  { tokens }: SessionPorts,
  settings: ServerSettings,
): Promise<SessionToken | undefined> {
  const kept = await tokens.read();
  return kept?.secretVersion === settings.secretVersion ? kept : undefined;
}

/** Logs in, or waits for the worker that is doing so. `refused` is the login whose token is of no more use. */
async function newToken(
  ports: SessionPorts,
  settings: ServerSettings,
  refused: string | undefined,
): Promise<string> {
  const { logins, owner, wait } = ports;
  const lease = { serverId: settings.serverId, owner };
  for (let look = 0; look < LOOKS; look += 1) {
    let mayBeOurs = true;
    try {
      mayBeOurs = await logins.takeLease({ ...lease, seconds: LEASE_SECONDS });
      const token = mayBeOurs ? await tokenAsHolder(ports, settings, refused) : undefined;
      if (token !== undefined) return token;
    } finally {
      // It ends by itself where it cannot be released: what came of the login counts more.
      if (mayBeOurs) await quietly(logins.releaseLease(lease));
    }
    await wait(LOOK_AGAIN_MILLISECONDS);
    const other = await tokenOfAnother(ports, settings, refused);
    if (other !== undefined) return other;
  }
  throw new FailureError(failure('SESSION_EXPIRED'));
}

/** @returns undefined when another worker has logged in, and its token does not show yet. */
async function tokenAsHolder(
  ports: SessionPorts,
  settings: ServerSettings,
  refused: string | undefined,
): Promise<string | undefined> {
  const { serverId, secretVersion } = settings;
  const other = await tokenOfAnother(ports, settings, refused);
  if (other !== undefined) return other;
  const { refusedVersion, recent } = await ports.logins.past(serverId);
  if (recent?.secretVersion === secretVersion && recent.login !== refused) return undefined;
  if (refusedVersion === secretVersion) throw new FailureError(failure('AUTH_FAILED'));
  return logIn(ports, settings);
}

async function tokenOfAnother(
  ports: SessionPorts,
  settings: ServerSettings,
  refused: string | undefined,
): Promise<string | undefined> {
  const kept = await usableToken(ports, settings);
  return kept === undefined || kept.login === refused ? undefined : kept.token;
}

async function logIn(ports: SessionPorts, settings: ServerSettings): Promise<string> {
  const { serverId, secretVersion } = settings;
  const token = await askForToken(ports.network, settings).catch(async (error: unknown) => {
    if (error instanceof PasswordRefusedError) {
      await quietly(ports.logins.rememberRefusal(serverId, secretVersion));
    }
    throw translate(error, ports.network.exchanges());
  });
  const login = randomUUID();
  await ports.tokens.write({ token, login, secretVersion });
  await quietly(ports.logins.rememberLogin(serverId, login, secretVersion));
  return token;
}

/** What the table keeps of a login spares a later one: a job that failed for want of it would need that one itself. */
async function quietly(keeping: Promise<void>): Promise<void> {
  await keeping.catch(() => undefined);
}
