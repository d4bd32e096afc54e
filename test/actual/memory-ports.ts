import type {
  LoginLease,
  PastLogins,
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
  recent: PastLogins['recent'];
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

  async past(): Promise<PastLogins> {
    return { refusedVersion: this.refused, recent: this.recent };
  }

  async rememberRefusal(_serverId: string, secretVersion: string): Promise<void> {
    this.refused = secretVersion;
  }

  async rememberLogin(_serverId: string, login: string, secretVersion: string): Promise<void> {
    this.recent = { login, secretVersion };
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
