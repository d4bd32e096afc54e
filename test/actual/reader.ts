import { afterAll, afterEach, beforeEach, expect, vi } from 'vitest';
import { ActualBudgets } from '../../functions/actual/client.ts';
import type { EditPlan } from '../../functions/actual/editing.ts';
import { loadLibrary } from '../../functions/actual/library.ts';
import type { Exchange } from '../../functions/actual/network.ts';
import type { BudgetRequest } from '../../functions/actual/opening.ts';
import type { FetchedBudget } from '../../functions/actual/reading.ts';
import type { ServerSettings } from '../../functions/actual/session.ts';
import type { KnownSnapshot } from '../../functions/actual/sync-point.ts';
import { workerId } from '../../functions/domain/ids.ts';
import { type ActualServer, startActualServer } from './actual-server.ts';
import { MemorySession, settingsOf } from './memory-ports.ts';
import { type MishapProxy, proxyTo } from './proxy.ts';

/** Reads budgets of a real Actual server of its own, through a proxy that lets chosen requests go wrong. */
export interface Reader {
  readonly server: ActualServer;
  readonly proxy: MishapProxy;
  /** Kept from one fetch to the next, so that there is one login. */
  readonly session: MemorySession;
  /** Called instead of ending the process. */
  readonly left: () => void;
  fetch(request: BudgetRequest, options?: FetchOptions): Promise<FetchedBudget>;
  fetchWithCopy(request: BudgetRequest): ReturnType<ActualBudgets['fetchWithCopy']>;
  edit(request: BudgetRequest, plan: EditPlan): Promise<FetchedBudget>;
  isUpToDate(snapshot: KnownSnapshot, options?: FetchOptions): Promise<boolean>;
  /** What the last fetch exchanged with the server. */
  exchanges(): Promise<readonly Exchange[]>;
  remove(): Promise<void>;
}

export interface FetchOptions {
  readonly settings?: Partial<ServerSettings>;
  readonly session?: MemorySession;
  readonly patience?: number;
}

export async function startReader(): Promise<Reader> {
  // The library neither saves nor syncs when it believes to be under test itself.
  vi.stubEnv('NODE_ENV', 'production');
  const server = await startActualServer();
  const proxy = await proxyTo(server.url);
  const session = new MemorySession();
  const left = vi.fn();
  const budgets = (options: FetchOptions) => {
    const ports = options.session ?? session;
    return new ActualBudgets({
      settings: async () => settingsOf(proxy.url, options.settings),
      tokens: ports,
      logins: ports,
      owner: workerId('worker'),
      leave: left,
      ...(options.patience === undefined ? {} : { patienceMilliseconds: options.patience }),
    });
  };
  return {
    server,
    proxy,
    session,
    left,
    fetch: (request, options = {}) => budgets(options).fetch(request),
    fetchWithCopy: (request) => budgets({}).fetchWithCopy(request),
    edit: (request, plan) => budgets({}).edit(request, plan),
    isUpToDate: (snapshot, options = {}) => budgets(options).isUpToDate(snapshot),
    exchanges: async () => (await loadLibrary()).network.exchanges(),
    async remove() {
      await proxy.close();
      await server.remove();
      vi.unstubAllEnvs();
    },
  };
}

/** For the tests of a file that share a reader: each begins without a mishap and leaves the process alone, and the last one removes it. */
export function shareReader(reader: () => Reader): void {
  beforeEach(() => {
    reader().proxy.onRequest = () => 'pass';
  });

  afterEach(() => {
    expect(reader().left).not.toHaveBeenCalled();
  });

  afterAll(async () => {
    await reader().remove();
  });
}
