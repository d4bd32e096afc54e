import type { BankSyncReport } from '../domain/bank-refusals.ts';
import type { WorkerId } from '../domain/ids.ts';
import { withoutSessionToken } from './archive.ts';
import { syncBanks } from './bank-sync.ts';
import { contain, type Leave } from './containment.ts';
import { removeDataFolder } from './data-folder.ts';
import { carryOut, type EditPlan } from './editing.ts';
import { type Library, loadLibrary } from './library.ts';
import { sparingWhatChanged } from './meanwhile.ts';
import { type Network, watchedNetwork } from './network.ts';
import type { BudgetRequest } from './opening.ts';
import { asPlan, type BudgetChange, type FetchedBudget, readBudget } from './reading.ts';
import {
  type LoginLease,
  type ServerSettings,
  type SessionPorts,
  type TokenStore,
  withSession,
} from './session.ts';
import { hasNothingNew, isMadeAlike, type KnownSnapshot } from './sync-point.ts';
import { trustAlso } from './trust.ts';

export interface ActualPorts {
  readonly settings: () => Promise<ServerSettings>;
  readonly tokens: TokenStore;
  readonly logins: LoginLease;
  /** This invocation. */
  readonly owner: WorkerId;
  /** How long the server may be silent, where that is not as long as usual. */
  readonly patienceMilliseconds?: number;
  /** Ends the process when a budget cannot be closed: the next invocation must not find it open. */
  readonly leave?: Leave;
}

const CLOSING_MILLISECONDS = 30_000;

class NotClosedError extends Error {
  override readonly name = 'BudgetNotClosed';
}

/** True once a job failed and left a budget that cannot be closed: nothing more can be done in this process. */
let spent = false;

/**
 * Budgets of an Actual server, read and changed with its own library. It holds one budget per process: whatever opens one is
 * to be called only after the last call that did has ended.
 */
export class ActualBudgets {
  private readonly ports: ActualPorts;
  private readonly leave: Leave;
  /** Read once: an invocation works with one version of the secret. */
  private known: Promise<ServerSettings> | undefined;

  constructor(ports: ActualPorts) {
    this.ports = ports;
    this.leave = ports.leave ?? (() => process.exit(1));
  }

  /**
   * Asks the server whether it has anything that a snapshot lacks, without opening the budget.
   *
   * @returns false also where only opening it can tell.
   * @throws FailureError when the server cannot be asked.
   */
  async isUpToDate(snapshot: KnownSnapshot): Promise<boolean> {
    const settings = await this.settings();
    if (!isMadeAlike(snapshot.syncPoint, settings)) return false;
    const network = watchedNetwork(globalThis.fetch);
    network.begin(this.ports.patienceMilliseconds);
    return withSession(this.sessionBy(network), settings, (token) =>
      hasNothingNew(network, settings.serverUrl, token, snapshot),
    );
  }

  /**
   * Brings a budget up to date and reads it. Changes nothing on the server.
   *
   * @throws FailureError with what went wrong.
   */
  fetch(request: BudgetRequest): Promise<FetchedBudget> {
    return this.use(request);
  }

  /**
   * The same, and `copy`: the budget as Actual itself exports it, without the session token.
   *
   * @throws FailureError with what went wrong.
   */
  async fetchWithCopy(
    request: BudgetRequest,
  ): Promise<FetchedBudget & { readonly copy: Uint8Array }> {
    let copy: Uint8Array = new Uint8Array();
    const fetched = await this.use(request, async (library) => {
      await library.forgetUser();
      copy = withoutSessionToken(await library.exportBudget());
    });
    return { ...fetched, copy };
  }

  /**
   * Brings a budget up to date, makes the changes that `plan` wants in one batch, but for what another device changed since it was
   * asked, sends them, and reads the budget.
   *
   * @throws FailureError with what went wrong, or what `plan` throws.
   */
  edit(request: BudgetRequest, plan: EditPlan): Promise<FetchedBudget> {
    return this.use(request, (library, extract) =>
      carryOut(sparingWhatChanged(asPlan(plan), library, extract), library, extract),
    );
  }

  /**
   * Brings a budget up to date, runs Actual's own bank sync on it, sends what came in, and reads the budget.
   *
   * @param beforeChange called before the first change, if there is any.
   * @throws FailureError with what went wrong, or what `beforeChange` throws.
   */
  async fetchWithBanks(
    request: BudgetRequest,
    beforeChange: () => Promise<void>,
  ): Promise<FetchedBudget & { readonly banks: BankSyncReport }> {
    let banks: BankSyncReport = { linked: 0, refusals: [] };
    const fetched = await this.use(request, async (library) => {
      banks = await syncBanks(library, asPlan(beforeChange));
    });
    return { ...fetched, banks };
  }

  private async settings(): Promise<ServerSettings> {
    this.known ??= this.ports.settings();
    const settings = await this.known;
    trustAlso(settings.certificateAuthority);
    return settings;
  }

  private sessionBy(network: Network): SessionPorts {
    const { tokens, logins, owner } = this.ports;
    return { tokens, logins, owner, network, wait };
  }

  private async use(request: BudgetRequest, change?: BudgetChange): Promise<FetchedBudget> {
    const settings = await this.settings();
    const { patienceMilliseconds: patience } = this.ports;
    return contain(this.leave, async (seen) => {
      const library = await loadLibrary();
      const { network } = library;
      network.begin(patience);
      return withSession(this.sessionBy(network), settings, async (token) => {
        if (spent) this.leave(new NotClosedError());
        network.begin(patience);
        const close = () => closes(library);
        try {
          const end = async () => {
            if (!(await close())) this.leave(new NotClosedError());
          };
          const context = { library, settings, request, change, token, seen, close, end };
          return await readBudget(context);
        } catch (error) {
          spent = !(await close());
          throw error;
        } finally {
          await removeDataFolder();
        }
      });
    });
  }
}

/** @returns false when what was open stays open, or half open. */
async function closes(library: Library): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), CLOSING_MILLISECONDS);
  const closed = library.close().then(
    () => true,
    () => false,
  );
  const inTime = await Promise.race([closed, late]);
  clearTimeout(timer);
  return inTime;
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
