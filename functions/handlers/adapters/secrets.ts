import { createHash } from 'node:crypto';
import {
  GetSecretValueCommand,
  type GetSecretValueCommandOutput,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import type { ServerSettings, SessionToken, TokenStore } from '../../actual/session.ts';
import { isAuthority } from '../../actual/trust.ts';
import { FailureError, failure } from '../../domain/failures.ts';
import { jsonOf } from '../../domain/json.ts';
import { storedIn } from './storage.ts';

const ServerSecretShape = z.strictObject({
  serverUrl: z.url({ protocol: /^https?$/ }).refine(isPlainAddress),
  password: z.string().min(1),
  // In either case, as requests name budgets; of two for one budget nobody could say which is right.
  budgetPasswords: z
    .record(z.string(), z.string())
    .refine((passwords) => isEachOnce(Object.keys(passwords)))
    .pipe(z.record(z.string().toLowerCase(), z.string().min(1)))
    .default({}),
  certificateAuthority: z.string().refine(isAuthority).exactOptional(),
});

/** A session secret is empty until the first login, and whatever is wrong with it is cured by a login. */
const SessionSecretShape = z.object({
  token: z.string().min(1),
  login: z.string().min(1),
  secretVersion: z.string().min(1),
});

/**
 * What the secret of the Actual server says now:
 * `{"serverUrl": "https://…", "password": "…", "budgetPasswords": {"<sync id>": "…"}, "certificateAuthority": "<PEM>"}`,
 * the last two optional.
 *
 * @throws FailureError naming the fields at fault, never what they hold, or STORAGE_UNAVAILABLE.
 */
export async function readServerSettings(
  client: SecretsManagerClient,
  secretId: string,
): Promise<ServerSettings> {
  const { SecretString, VersionId } = await secretIn(client, secretId);
  const parsed = ServerSecretShape.safeParse(jsonOf(SecretString));
  if (!parsed.success) {
    const places = parsed.error.issues.map(({ path }) => path.slice(0, 1).join('.') || 'its JSON');
    throw new FailureError(
      failure('SECRET_INVALID', `Look at: ${[...new Set(places)].join(', ')}.`),
    );
  }
  return {
    ...parsed.data,
    secretVersion: VersionId ?? '',
    serverId: createHash('sha256').update(parsed.data.serverUrl).digest('hex').slice(0, 32),
  };
}

/** The secret that the session token is kept in, as `{"token": "…", "login": "…", "secretVersion": "…"}`. */
export function sessionSecret(client: SecretsManagerClient, secretId: string): TokenStore {
  return {
    async read(): Promise<SessionToken | undefined> {
      const { SecretString } = await secretIn(client, secretId);
      return SessionSecretShape.safeParse(jsonOf(SecretString)).data;
    },

    async write({ token, login, secretVersion }: SessionToken): Promise<void> {
      const content = JSON.stringify({ token, login, secretVersion });
      const put = new PutSecretValueCommand({ SecretId: secretId, SecretString: content });
      await storedIn('secrets', client.send(put));
    },
  };
}

function secretIn(
  client: SecretsManagerClient,
  secretId: string,
): Promise<GetSecretValueCommandOutput> {
  return storedIn('secrets', client.send(new GetSecretValueCommand({ SecretId: secretId })));
}

function isEachOnce(syncIds: readonly string[]): boolean {
  return new Set(syncIds.map((id) => id.toLowerCase())).size === syncIds.length;
}

/** No request can be sent to an address with a name and a password, and calls come after the path. */
function isPlainAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return username + password + search + hash === '';
}
