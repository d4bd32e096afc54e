import { dirname } from 'node:path';
import type { BudgetExtract } from '../domain/extract.ts';
import { FailureError, failure } from '../domain/failures.ts';
import { isUuid } from '../domain/ids.ts';
import type { SyncPoint } from '../domain/snapshot.ts';
import { JobNotRunningError } from '../domain/step-refusals.ts';
import { packArchive } from './archive.ts';
import { reported } from './containment.ts';
import { readDatabase } from './database.ts';
import { readExtract } from './extract.ts';
import { translate } from './failures.ts';
import { LIBRARY_VERSION, type Library, type OpenBudget } from './library.ts';
import { type OpeningContext, openBudget } from './opening.ts';
import { MADE_BY, readHash } from './sync-point.ts';

/** A budget as it stands on the server now. */
export interface FetchedBudget {
  /** To open it from the next time, without the session token. */
  readonly archive: Uint8Array;
  readonly extract: BudgetExtract;
  readonly cloudFileId: string;
  /** True when the whole budget was downloaded, false after a warm start from the archive. */
  readonly downloaded: boolean;
  /** undefined where the library does not say how far it is in sync. */
  readonly syncPoint: SyncPoint | undefined;
}

/** Changes the open budget and sends the changes. `extract` reads it as it is at that moment, anew only where it has changed. */
export type BudgetChange = (library: Library, extract: () => BudgetExtract) => Promise<void>;

/** What a plan threw while the budget was open: no failure of the library or of its server. */
class PlanError extends Error {
  override readonly name = 'PlanError';
}

/** A plan for an open budget: what it throws is no failure of the library, and reaches the caller of `readBudget` as it is. */
export function asPlan<Given extends readonly unknown[], Result>(
  plan: (...given: Given) => Promise<Result>,
): (...given: Given) => Promise<Result> {
  return (...given) =>
    plan(...given).catch((cause: unknown) => {
      throw new PlanError('The plan failed', { cause });
    });
}

export interface ReadingContext extends OpeningContext {
  /** Changes to make before the budget is read. */
  readonly change?: BudgetChange | undefined;
  /** Closes the open budget, or ends the process. */
  readonly end: () => Promise<void>;
}

/**
 * Opens a budget from its snapshot, or in full without a usable one, brings it up to date, makes the planned changes
 * if there are any, closes it, and reads it.
 *
 * @throws FailureError with what went wrong, or what the plan throws.
 */
export async function readBudget(context: ReadingContext): Promise<FetchedBudget> {
  const { library, seen } = context;
  const escapedBefore = seen.escaped.length;
  const known = (error: unknown) => translate(error, library.network.exchanges(), seen.signals);
  const fetched = await read(context).catch(async (error: unknown) => {
    await reported();
    const [escaped] = seen.escaped.slice(escapedBefore);
    if (error instanceof PlanError && (escaped === undefined || saysWhy(error.cause))) {
      throw error.cause;
    }
    const thrown = known(error);
    const cause =
      thrown.failure.code === 'UNKNOWN' && escaped !== undefined ? known(escaped) : thrown;
    throw await explained(context, cause);
  });
  await reported();
  const [escaped] = seen.escaped.slice(escapedBefore);
  if (escaped !== undefined) throw known(escaped);
  return fetched;
}

/** Whether what was thrown says more than an error that escaped the library meanwhile. */
function saysWhy(error: unknown): boolean {
  return error instanceof JobNotRunningError || error instanceof FailureError;
}

async function read(context: ReadingContext): Promise<FetchedBudget> {
  const { library } = context;
  const opened = await openBudget(context);
  await change(context, opened.database);
  const budget = await library.openBudget();
  if (budget === null) throw new Error('The library has no budget open any more');
  // First of all: what came in after it would make the snapshot newer than it says, never older.
  const syncPoint = reachedPoint(context, budget, opened.database);
  await context.end();
  const packing = packArchive(dirname(opened.database), budget.metadata);
  const extract = readDatabase(opened.database, readExtract);
  const { cloudFileId, downloaded } = opened;
  return { archive: await packing, extract, cloudFileId, downloaded, syncPoint };
}

const TOO_MUCH_AT_ONCE =
  'The budget was open by then, and only what this job was to send was too much: leave its sync as it is, and have what stands before the server take larger requests, or apply fewer suggestions at once.';

/** Of a budget that is open already, a reset would make what is sent no smaller. */
async function change(
  { change: planned, library, seen }: ReadingContext,
  database: string,
): Promise<void> {
  await planned?.(library, extractReader(database)).catch((error: unknown) => {
    const { failure: known, cause } = translate(error, library.network.exchanges(), seen.signals);
    if (known.code !== 'BUDGET_TOO_LARGE') throw error;
    throw new FailureError(failure(known.code, TOO_MUCH_AT_ONCE), { cause });
  });
}

/** Reading all of a large budget takes seconds; the root over its changes says at once whether there are new ones. */
function extractReader(path: string): () => BudgetExtract {
  let last: { readonly hash: number | undefined; readonly extract: BudgetExtract } | undefined;
  return () =>
    readDatabase(path, (database) => {
      const hash = readHash(database);
      if (hash === undefined || last?.hash !== hash) {
        last = { hash, extract: readExtract(database) };
      }
      return last.extract;
    });
}

function reachedPoint(
  { settings }: ReadingContext,
  { keyId, lastSynced: since }: OpenBudget,
  database: string,
): SyncPoint | undefined {
  const hash = readDatabase(database, readHash);
  if (since === undefined || hash === undefined) return undefined;
  return { since, hash, keyId, secretVersion: settings.secretVersion, madeBy: MADE_BY };
}

/** Adds what the user needs to know next: both versions, or what became of the budget's file. */
async function explained(context: ReadingContext, known: FailureError): Promise<FailureError> {
  switch (known.failure.code) {
    case 'VERSION_MISMATCH':
      return withVersions(context, known);
    case 'BUDGET_RESET':
    case 'BUDGET_NOT_FOUND':
    case 'BUDGET_NEEDS_ATTENTION':
    // Another password for it makes a new key and a new id.
    case 'ENCRYPTION_KEY_WRONG':
      return withNewId(context, known);
    default:
      return known;
  }
}

async function withVersions(
  { library }: ReadingContext,
  { failure: { code }, cause }: FailureError,
): Promise<FailureError> {
  const version = await library.serverVersion().catch(() => undefined);
  const detail =
    version === undefined
      ? `This is version ${LIBRARY_VERSION}.`
      : `The server has version ${version}, this is version ${LIBRARY_VERSION}.`;
  return new FailureError(failure(code, detail), { cause });
}

const GONE =
  'The server does not have it any more: where it was made anew, use the Sync ID of the budget that took its place.';

/** The file that the last snapshot was taken of tells what became of the budget. */
async function withNewId(
  { library, request }: ReadingContext,
  known: FailureError,
): Promise<FailureError> {
  const { budgetId, cloudFileId } = request;
  if (cloudFileId === undefined) return known;
  const files = await library.remoteFiles().catch(() => []);
  const file = files.find(({ fileId }) => fileId === cloudFileId);
  const { cause } = known;
  // An empty list may be one that could not be had.
  if (known.failure.code === 'BUDGET_NEEDS_ATTENTION' && file === undefined && files.length > 0) {
    return new FailureError(failure('BUDGET_NEEDS_ATTENTION', GONE), { cause });
  }
  if (file === undefined || file.groupId === budgetId) return known;
  // A reset that was begun and not ended leaves the file without an id.
  return file.groupId === null
    ? new FailureError(failure('BUDGET_NEEDS_ATTENTION'), { cause })
    : new FailureError(failure('BUDGET_RESET', wordOf(file.groupId)), { cause });
}

/** The user reads it: whatever else a server gives for an id is not said. */
function wordOf(syncId: string): string | undefined {
  return isUuid(syncId.toLowerCase()) ? `Its Sync ID is now ${syncId}.` : undefined;
}
