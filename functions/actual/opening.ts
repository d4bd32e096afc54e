import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type FailureCode, FailureError, failure } from '../domain/failures.ts';
import { isTooMuch } from './amounts.ts';
import { DamagedArchiveError, unpackArchive } from './archive.ts';
import { isClockAhead } from './clock.ts';
import type { Seen } from './containment.ts';
import { emptyDataFolder } from './data-folder.ts';
import { isMigratedByNewer, readDatabase } from './database.ts';
import { checkTables } from './extract.ts';
import { translate } from './failures.ts';
import { type Library, today } from './library.ts';
import { keepYoungGenerationSmall } from './memory.ts';
import type { Exchange } from './network.ts';
import type { ServerSettings } from './session.ts';

/** Opens a budget: from a snapshot of it, or in full. */

export interface BudgetRequest {
  /** Actual's sync id. */
  readonly budgetId: string;
  /** The current snapshot; without one the whole budget is downloaded. */
  readonly archive?: Uint8Array | undefined;
  /** The file that the last snapshot was taken of: tells a reset budget from one that is gone. */
  readonly cloudFileId?: string | undefined;
}

export interface OpeningContext {
  readonly library: Library;
  readonly settings: ServerSettings;
  readonly request: BudgetRequest;
  readonly token: string;
  readonly seen: Seen;
  /** Closes the open budget; false when it stays open, or half open. */
  readonly close: () => Promise<boolean>;
}

export interface Opened {
  /** Path of its database. */
  readonly database: string;
  readonly cloudFileId: string;
  /** True when the whole budget was downloaded, false after a warm start from the snapshot. */
  readonly downloaded: boolean;
}

/**
 * Failures of a warm start that the snapshot itself may be to blame for: a full download decides. A budget that has a new
 * key and the same id was not reset: it is the snapshot that has the old key. And of much that is wrong with a database
 * the library says no more than that it failed.
 */
const SNAPSHOT_TO_BLAME: ReadonlySet<FailureCode> = new Set([
  'SYNC_DIVERGED',
  'BUDGET_CORRUPT',
  'BUDGET_RESET',
  'UNKNOWN',
]);

/** Failures of a full download that another one may not meet. */
const DOWNLOADED_ANEW: ReadonlySet<FailureCode> = new Set(['DOWNLOAD_FAILED', 'BUDGET_CORRUPT']);

/**
 * Opens a budget and brings it up to date: from its snapshot, in full without a usable one.
 *
 * @throws FailureError, or whatever the library throws.
 */
export async function openBudget(context: OpeningContext): Promise<Opened> {
  const { archive } = context.request;
  const warm = archive === undefined ? null : await openSnapshot(context, archive);
  return warm === null ? openInFull(context) : { ...warm, downloaded: false };
}

type Found = Omit<Opened, 'downloaded'>;

/**
 * A snapshot has been in sync with its server, so what it has and the server has not is what the server has lost, as when it was
 * restored from a backup. It is not sent: the copies never agree then, and a full download takes what the server has.
 *
 * @returns null when the snapshot is of no use.
 */
async function openSnapshot(context: OpeningContext, archive: Uint8Array): Promise<Found | null> {
  const { library, request, seen } = context;
  const dataDir = await begin(context);
  const usable = await isUsable(archive, { dataDir, syncId: request.budgetId, today: today() });
  if (!usable) return null;
  try {
    return await library.network.receiving(() => open(context, dataDir));
  } catch (error) {
    const known = translate(error, library.network.exchanges(), seen.signals);
    if (SNAPSHOT_TO_BLAME.has(known.failure.code) || isKeyRefused(library.network.exchanges())) {
      return null;
    }
    throw known;
  }
}

/**
 * The library gives one reason for whatever the server says when it is asked for a key: also where the file is gone, of which
 * it asks nothing else before. The list of files says more.
 */
function isKeyRefused(exchanges: readonly Exchange[]): boolean {
  const last = exchanges.at(-1);
  if (last === undefined || !last.path.endsWith('/sync/user-get-key')) return false;
  return last.outcome === 400 || last.outcome === 403;
}

/**
 * A snapshot that a newer library has migrated is no use either; the server's file may still be older. Nor is one that was
 * made while this machine's clock was ahead: until that time has come, nothing can be added to it. Nor one whose amounts come to too
 * much: after a download they come in when the budget is open already.
 */
async function isUsable(
  archive: Uint8Array,
  options: Parameters<typeof unpackArchive>[1],
): Promise<boolean> {
  try {
    const { database } = await unpackArchive(archive, options);
    readDatabase(database, checkTables);
    return (
      !isMigratedByNewer(database) &&
      readDatabase(database, (budget) => !isClockAhead(budget) && !isTooMuch(budget))
    );
  } catch (error) {
    if (error instanceof DamagedArchiveError || isSQLiteError(error)) return false;
    throw error;
  }
}

/** A file that cannot be had or used is downloaded once more. */
async function openInFull(context: OpeningContext): Promise<Opened> {
  if (!(await context.close())) throw new FailureError(failure('SNAPSHOT_DAMAGED'));
  return download(context).catch(async (error: unknown) => {
    const known = translate(error, context.library.network.exchanges(), context.seen.signals);
    if (!DOWNLOADED_ANEW.has(known.failure.code) || !(await context.close())) throw known;
    return download(context);
  });
}

async function download(context: OpeningContext): Promise<Opened> {
  const dataDir = await begin(context);
  const opened = await open(context, dataDir);
  if (opened !== null) return { ...opened, downloaded: true };
  const { signals } = context.seen;
  const newer =
    signals.has('out-of-sync-migrations') ||
    signals.has('out-of-sync-data') ||
    (await holdsNewer(dataDir));
  throw new FailureError(failure(newer ? 'VERSION_MISMATCH' : 'BUDGET_CORRUPT'));
}

/** An emptied data directory, and the library working in it; what was open before is out of the memory too. */
async function begin({ library, settings, token }: OpeningContext): Promise<string> {
  keepYoungGenerationSmall();
  const dataDir = await emptyDataFolder();
  await library.start({ dataDir, serverUrl: settings.serverUrl });
  await library.useToken(token);
  return dataDir;
}

/** @returns null when the library says that it went well, and yet has not opened the budget. */
async function open(
  { library, settings, request }: OpeningContext,
  dataDir: string,
): Promise<Found | null> {
  await library.downloadBudget(request.budgetId, settings.budgetPasswords[request.budgetId]);
  const budget = await library.openBudget();
  if (budget?.groupId !== request.budgetId || budget.cloudFileId === undefined) return null;
  return { database: join(dataDir, budget.id, 'db.sqlite'), cloudFileId: budget.cloudFileId };
}

/** What the library downloaded stays in the data directory when it could not be opened. */
async function holdsNewer(dataDir: string): Promise<boolean> {
  const folders = await readdir(dataDir);
  return folders.some((name) => {
    try {
      return isMigratedByNewer(join(dataDir, name, 'db.sqlite'));
    } catch (error) {
      if (isSQLiteError(error)) return false;
      throw error;
    }
  });
}

function isSQLiteError(error: unknown): boolean {
  return error instanceof Error && error.name === 'SqliteError';
}
