import * as z from 'zod';
import { FailureError, failure } from '../domain/failures.ts';
import { jsonOf } from '../domain/json.ts';
import { whyUnreachable } from './failures.ts';
import type { Network } from './network.ts';

/** One login to an Actual server. The library would do it, but it does not give the token out. */

export interface Credentials {
  readonly serverUrl: string;
  readonly password: string;
}

/** The server has refused this very password. */
export class PasswordRefusedError extends FailureError {
  constructor() {
    super(failure('AUTH_FAILED'));
  }
}

class LoginRefusedError extends Error {
  override readonly name = 'LoginRefusedError';
  readonly reason: string;

  constructor(reason: string) {
    super('The server refused the login');
    this.reason = reason;
  }
}

/** Whatever stands before the server answered in its place; `code` says it in the log as that of any other request. */
class NoLoginAnswerError extends Error {
  override readonly name = 'NoLoginAnswerError';
  readonly code: string;

  constructor(status: number) {
    super('Something else answered the login');
    this.code = `account/login:${status}`;
  }
}

/** What servers answer that let nobody in by a password (`app-account.js` and `accounts` of sync-server 26.9.0). */
const NOT_BY_PASSWORD: ReadonlySet<string> = new Set([
  'Invalid redirect URL',
  'user-not-found',
  'invalid-header',
  'proxy-not-trusted',
]);

const NO_LOGIN_BY_PASSWORD =
  'The server lets people in by OpenID or the header of a proxy alone: allow logins by password there.';
const NO_PASSWORD_YET =
  'The server is new and has no password yet: open it in a browser and set one.';

/** What servers answer, as far as it is looked at. */
const Granted = z.object({ data: z.object({ token: z.string().min(1) }) });
const Refused = z.object({ reason: z.string() });
const Bootstrap = z.object({ data: z.object({ bootstrapped: z.boolean() }) });

/**
 * @throws PasswordRefusedError, FailureError, or an error that says the server's reason.
 */
export async function askForToken(network: Network, credentials: Credentials): Promise<string> {
  const { serverUrl, password } = credentials;
  const answer = await network.fetch(addressOf(serverUrl, '/account/login'), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ loginMethod: 'password', password }),
  });
  const content = jsonOf(await answer.text());
  const granted = Granted.safeParse(content);
  if (answer.status === 200 && granted.success) return granted.data.data.token;
  if (answer.status === 429) throw new LoginRefusedError('too-many-requests');
  const refused = Refused.safeParse(content);
  // Whatever gives no reason is no Actual server, be it that it asks for a login of its own.
  if (!refused.success) {
    const detail = whyUnreachable(network.exchanges().at(-1)?.outcome);
    const cause = new NoLoginAnswerError(answer.status);
    throw new FailureError(failure('SERVER_UNREACHABLE', detail), { cause });
  }
  const { reason } = refused.data;
  if (NOT_BY_PASSWORD.has(reason)) {
    throw new FailureError(failure('AUTH_FAILED', NO_LOGIN_BY_PASSWORD));
  }
  if (reason !== 'invalid-password') throw new LoginRefusedError(reason);
  throw (await hasNoPassword(network, serverUrl))
    ? new FailureError(failure('AUTH_FAILED', NO_PASSWORD_YET))
    : new PasswordRefusedError();
}

/** A server without data, such as one whose volume is missing, refuses whatever password as it refuses a wrong one. */
async function hasNoPassword({ fetch }: Network, serverUrl: string): Promise<boolean> {
  const said = await fetch(addressOf(serverUrl, '/account/needs-bootstrap'))
    .then((answer) => answer.text())
    .catch(() => '');
  return Bootstrap.safeParse(jsonOf(said)).data?.data.bootstrapped === false;
}

/** @param path of one of the server's calls; the server itself may lie below another path. */
export function addressOf(serverUrl: string, path: string): URL {
  const address = new URL(serverUrl);
  address.pathname = `${address.pathname.replace(/\/+$/, '')}${path}`;
  return address;
}
