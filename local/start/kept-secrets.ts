import { join } from 'node:path';
import * as z from 'zod';
import { SecretVault } from '../runtime/services/secrets.ts';
import { readAssembly } from '../template/assembly.ts';
import { resolveStack } from '../template/resolve.ts';

/** What the stack's secret of the Actual server holds. */
export interface ServerSecret {
  readonly serverUrl: string;
  readonly password: string;
  /** Encryption passwords by sync id. */
  readonly budgetPasswords: Readonly<Record<string, string>>;
  /** In PEM. */
  readonly certificateAuthority?: string;
}

const Server = z.object({
  serverUrl: z.string(),
  password: z.string(),
  // In either case, as jobs read it; the start looks for them as the server writes Sync IDs.
  budgetPasswords: z.record(z.string().toLowerCase(), z.string()).default({}),
  certificateAuthority: z.string().exactOptional(),
});
/** A login, and the token that came of it. */
export interface Session {
  readonly token: string;
  readonly login: string;
}

/** Without an address where an older version has kept it. */
const ModelKey = z.object({ apiKey: z.string().min(1), address: z.string().exactOptional() });
const Kept = z.object({ token: z.string().min(1), login: z.string(), secretVersion: z.string() });

/** The stack's secrets as they lie in the data folder while the stack does not run. */
export class KeptSecrets {
  private readonly vault: SecretVault;
  private readonly serverId: string;
  private readonly sessionId: string;
  /** Undefined where the configuration names no language model that takes a key. */
  private readonly modelId: string | undefined;
  private readonly modelAddress: string | undefined;

  /**
   * @param assembly folder of the synthesized stack, whose outputs say which secret is which.
   * @param modelAddress where the configuration has the language model; undefined where it names none by an address.
   */
  constructor(assembly: string, data: string, modelAddress: string | undefined) {
    // Only other outputs speak of the API's address.
    const { outputs } = resolveStack(readAssembly(assembly), { apiEndpoint: 'http://127.0.0.1' });
    this.vault = new SecretVault(join(data, 'secrets.json'));
    this.serverId = outputs.ActualSecretId ?? '';
    this.sessionId = outputs.SessionSecretId ?? '';
    this.modelId = outputs.ModelSecretId;
    this.modelAddress = modelAddress;
  }

  server(): ServerSecret | undefined {
    return Server.safeParse(jsonOf(this.vault.get(this.serverId)?.text)).data;
  }

  /** The session, where it is one for the password that is kept. */
  session(): Session | undefined {
    const kept = Kept.safeParse(jsonOf(this.vault.get(this.sessionId)?.text)).data;
    const version = this.vault.get(this.serverId)?.versionId;
    return kept?.secretVersion === version ? kept : undefined;
  }

  takesModelKey(): boolean {
    return this.modelId !== undefined;
  }

  /** The key, unless it was given for another address: whoever is there now is not to get it. */
  modelKey(): string | undefined {
    const text = this.modelId === undefined ? undefined : this.vault.get(this.modelId)?.text;
    const kept = ModelKey.safeParse(jsonOf(text)).data;
    return (kept?.address ?? this.modelAddress) === this.modelAddress ? kept?.apiKey : undefined;
  }

  keepModelKey(apiKey: string): void {
    if (this.modelId === undefined) return;
    this.vault.put(this.modelId, JSON.stringify({ apiKey, address: this.modelAddress }));
  }

  /** The session goes along, so that the stack need not log in once more. */
  keep(secret: ServerSecret, { token, login }: Session): void {
    const { versionId } = this.vault.put(this.serverId, JSON.stringify(secret));
    this.vault.put(this.sessionId, JSON.stringify({ token, login, secretVersion: versionId }));
  }
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
