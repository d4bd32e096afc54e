import * as z from 'zod';
import { printable } from '../../client/printable.ts';
import type { BudgetKey } from './budget-key.ts';
import { StartError } from './start-error.ts';

/** A budget as the server lists it. */
export interface ServerBudget {
  readonly fileId: string;
  readonly syncId: string;
  readonly name: string;
  readonly encrypted: boolean;
}

const PATIENCE_MS = 15_000;

const Bootstrap = z.object({ data: z.object({ bootstrapped: z.boolean() }) });
const Login = z.object({ data: z.object({ token: z.string().min(1) }) });
const Refusal = z.object({ reason: z.string().transform(printable) });
const Files = z.object({
  data: z.array(
    z.object({
      deleted: z.union([z.number(), z.boolean()]),
      fileId: z.string(),
      groupId: z.string().nullable(),
      name: z.string().nullable(),
      encryptKeyId: z.string().nullish(),
    }),
  ),
});
/** Of budgets that were encrypted in the way of old, servers have nothing to try a password with. */
const Key = z.object({ data: z.object({ salt: z.string(), test: z.string().nullable() }) });

/** An Actual server, as far as it is asked before anything is started. Every error is a sentence for the user. */
export class ActualAccount {
  private readonly serverUrl: string;
  private readonly authorityFile: string | undefined;

  /** @param authorityFile where the certificates come from that the server is verified with, for the sentence. */
  constructor(serverUrl: string, authorityFile?: string) {
    this.serverUrl = serverUrl;
    this.authorityFile = authorityFile;
  }

  /**
   * How people log in there says nothing: with `ACTUAL_OPENID_ENFORCE` a server that takes its password names OpenID alone.
   *
   * @throws StartError when there is no server, or one without a password.
   */
  async probe(): Promise<void> {
    const { status, body } = await this.call('/account/needs-bootstrap');
    const found = Bootstrap.safeParse(body);
    if (!found.success) throw new StartError(whoElseAnswers(status, this.serverUrl));
    if (!found.data.data.bootstrapped) {
      throw new StartError(
        `The Actual server at ${this.serverUrl} has no password yet: open it in a browser first.`,
      );
    }
  }

  /** One login, of which a server lets fail five in 15 minutes. @returns a session token, or undefined when refused. */
  async logIn(password: string): Promise<string | undefined> {
    const { status, body } = await this.call('/account/login', {
      body: { loginMethod: 'password', password },
    });
    const granted = Login.safeParse(body);
    if (granted.success) return granted.data.data.token;
    const reason = Refusal.safeParse(body).data?.reason;
    if (reason === 'invalid-password') return undefined;
    if (status === 429 || reason === 'too-many-requests') {
      throw new StartError(
        `The Actual server at ${this.serverUrl} lets nobody in for now, after too many logins: try again in 15 minutes.`,
      );
    }
    throw new StartError(
      reason === undefined || status >= 500
        ? `The Actual server at ${this.serverUrl} did not let us in (HTTP ${status}).`
        : `The Actual server at ${this.serverUrl} did not let us in (${reason}): where it lets people in by OpenID or the header of a proxy alone, allow logins by password there.`,
    );
  }

  /** @returns undefined when the token is of no use any more. */
  async budgets(token: string): Promise<readonly ServerBudget[] | undefined> {
    const { status, body } = await this.call('/sync/list-user-files', { token });
    const files = Files.safeParse(body);
    if (files.success) {
      return files.data.data.flatMap(({ deleted, fileId, groupId, name, encryptKeyId }) =>
        Number(deleted) === 1 || groupId === null
          ? []
          : [{ fileId, syncId: groupId, name: name ?? '', encrypted: Boolean(encryptKeyId) }],
      );
    }
    if (status === 401 || status === 403) return undefined;
    throw new StartError(
      `The Actual server at ${this.serverUrl} did not list its budgets (HTTP ${status}).`,
    );
  }

  /** What a password for an encrypted budget is tried with. */
  async keyOf(budget: ServerBudget, token: string): Promise<BudgetKey> {
    const { status, body } = await this.call('/sync/user-get-key', {
      token,
      body: { fileId: budget.fileId },
    });
    const { salt, test } = Key.safeParse(body).data?.data ?? {};
    if (salt !== undefined && typeof test === 'string') return { salt, test };
    if (test === null) {
      throw new StartError(
        `The budget ${budget.syncId} is encrypted in an old way that is no longer supported: open it in Actual and set its encryption password anew.`,
      );
    }
    throw new StartError(
      `The Actual server at ${this.serverUrl} did not say how the budget ${budget.syncId} is encrypted (HTTP ${status}).`,
    );
  }

  private async call(
    path: string,
    { body, token }: { readonly body?: unknown; readonly token?: string } = {},
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    try {
      const answer = await fetch(this.serverUrl + path, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { 'x-actual-token': token }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // Whoever redirects could send the password anywhere.
        redirect: 'manual',
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (answer.status >= 300 && answer.status < 400) {
        throw new StartError(
          `${this.serverUrl} sends us on to another address: give that one with --server, or, if it is a page to log in on, have what stands before the server let this machine through.`,
        );
      }
      return { status: answer.status, body: jsonOf(await answer.text()) };
    } catch (error) {
      if (error instanceof StartError) throw error;
      throw new StartError(sentenceOf(error, this.serverUrl, this.authorityFile));
    }
  }
}

/** A proxy answers for a server that is down, and asks for logins of its own: the address is right then. */
function whoElseAnswers(status: number, url: string): string {
  if (status === 401 || status === 403) {
    return `What stands before the Actual server at ${url} lets nobody through without a login of its own (HTTP ${status}): have it let this machine through.`;
  }
  if (status === 429 || status >= 500) {
    return `The Actual server at ${url} gives no answer for now (HTTP ${status}): is it running?`;
  }
  return `There is no Actual server at ${url}.`;
}

function sentenceOf(error: unknown, url: string, authorityFile: string | undefined): string {
  const code = codeOf(error);
  if (/^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_UNTRUSTED|CERT_SIGNATURE_)/.test(code)) {
    // Browsers find by themselves what a server that sends its own certificate alone leaves out.
    const orAlone =
      code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'
        ? 'comes without its intermediate certificates (have the server send the full chain) or '
        : '';
    return authorityFile === undefined
      ? `The certificate of ${url} ${orAlone}is from an authority that is not known here: give its certificate with --ca FILE.`
      : `The certificate of ${url} ${orAlone}is not from the authority in ${authorityFile}.`;
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `The certificate of ${url} is for another name: give the address that it was made for.`;
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return `The certificate of ${url} has expired or is not valid yet: renew it, or set this machine's clock.`;
  }
  if (/^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/.test(code))
    return `${url} does not speak TLS: is it an http:// address?`;
  if (/^(ERR_SSL_|EPROTO)/.test(code)) {
    return `${url} did not agree on a connection with TLS (${code}): it has no certificate for that name, asks its callers for one, or speaks an old TLS alone.`;
  }
  // With TLS 1.3 the alert that a certificate is missing comes after the handshake, and `fetch` says no more than this.
  if (code === 'UND_ERR_SOCKET') {
    return `${url} closed the connection without an answer: it asks its callers for a certificate, or has just ended. Is the address right?`;
  }
  return `The Actual server at ${url} cannot be reached (${code}): is it running, and is the address right?`;
}

function codeOf(error: unknown): string {
  let current = error;
  while (current instanceof Error) {
    if ('code' in current && typeof current.code === 'string') return current.code;
    if (current.name === 'TimeoutError') return 'no answer in time';
    current = current.cause;
  }
  return 'no answer';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
