import type {
  LoginLease,
  ServerSettings,
  SessionToken,
  TokenStore,
} from '../../functions/actual/session.ts';
import type { WorkerId } from '../../functions/domain/ids.ts';
import { PASSWORD } from './actual-server.ts';

/** The session secret and the login item, in memory. */
export class MemorySession implements TokenStore, LoginLease {
  token: SessionToken | undefined;
  refused: string | undefined;
  writes = 0;
  holder: WorkerId | undefined;

  async read(): Promise<SessionToken | undefined> {
    return this.token;
  }

  async write(token: SessionToken): Promise<void> {
    this.token = token;
    this.writes += 1;
  }

  async takeLease({ owner }: { readonly owner: WorkerId }): Promise<boolean> {
    if (this.holder !== undefined && this.holder !== owner) return false;
    this.holder = owner;
    return true;
  }

  async releaseLease({ owner }: { readonly owner: WorkerId }): Promise<void> {
    if (this.holder === owner) this.holder = undefined;
  }

  async refusedVersion(): Promise<string | undefined> {
    return this.refused;
  }

  async rememberRefusal(_serverId: string, secretVersion: string): Promise<void> {
    this.refused = secretVersion;
  }
}

export function settingsOf(
  serverUrl: string,
  changes: Partial<ServerSettings> = {},
): ServerSettings {
  return {
    serverUrl,
    password: PASSWORD,
    secretVersion: 'version-1',
    serverId: 'server',
    budgetPasswords: {},
    ...changes,
  };
}
