import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BudgetExtract } from '../domain/extract.ts';
import { type FailureCode, FailureError, failure, JobNotRunningError } from '../domain/failures.ts';
import { DamagedArchiveError, unpackArchive, withoutSessionToken } from './archive.ts';
import { reported, type Seen } from './containment.ts';
import { emptyDataFolder } from './data-folder.ts';
import { isMigratedByNewer, readDatabase } from './database.ts';
import { readExtract } from './extract.ts';
import { translate } from './failures.ts';
import { LIBRARY_VERSION, type Library, today } from './library.ts';
import type { ServerSettings } from './session.ts';

export interface BudgetRequest {
  /** Actual's sync id. */
  readonly budgetId: string;
  /** The current snapshot; without one the whole budget is downloaded. */
  readonly archive?: Uint8Array | undefined;
  /** The file that the last snapshot was taken of: tells a reset budget from one that is gone. */
  readonly cloudFileId?: string | undefined;
}

/** A budget as it stands on the server now. */
export interface FetchedBudget {
  /** As Actual exports it, without the session token. */
  readonly archive: Uint8Array;
  readonly extract: BudgetExtract;
  readonly cloudFileId: string;
  /** True when the whole budget was downloaded, false after a warm start from the archive. */
  readonly downloaded: boolean;
}

/** Changes the open budget and sends the changes. `extract` reads it as it is at that moment. */
export type BudgetChange = (library: Library, extract: () => BudgetExtract) => Promise<void>;

export interface ReadingContext {
  readonly library: Library;
  readonly settings: ServerSettings;
  readonly request: BudgetRequest;
  /** Changes to make before the budget is read. */
  readonly change?: BudgetChange | undefined;
  readonly token: string;
  readonly seen: Seen;
  /** Closes the open budget; false when it stays open, or half open. */
  readonly close: () => Promise<boolean>;
}

/** Failures of a warm start that the snapshot itself may be to blame for: a full download decides. */
const SNAPSHOT_TO_BLAME: ReadonlySet<FailureCode> = new Set(['SYNC_DIVERGED', 'BUDGET_CORRUPT']);

/**
 * Opens a budget from its snapshot, or in full without a usable one, brings it up to date, makes the planned changes
 * if there are any, and reads it. Leaves it open.
 *
 * @throws FailureError with what went wrong, or JobNotRunningError when the plan found that out.
 */
export async function readBudget(context: ReadingContext): Promise<FetchedBudget> {
  const { library, seen } = context;
  const escapedBefore = seen.escaped.length;
  const fetched = await read(context).catch(async (error: unknown) => {
    if (error instanceof JobNotRunningError) throw error;
    await reported();
    const [escaped] = seen.escaped.slice(escapedBefore);
    const known = translate(error, library.network.exchanges());
    const cause =
      known.failure.code === 'UNKNOWN' && escaped !== undefined
        ? translate(escaped, library.network.exchanges())
        : known;
    throw await explained(context, cause);
  });
  await reported();
  const [escaped] = seen.escaped.slice(escapedBefore);
  if (escaped !== undefined) throw translate(escaped, library.network.exchanges());
  return fetched;
}

async function read(context: ReadingContext): Promise<FetchedBudget> {
  const { library, request } = context;
  const warm = request.archive !== undefined && (await openSnapshot(context, request.archive));
  const opened = warm === false ? await openInFull(context) : warm;
  await context.change?.(library, () => readDatabase(opened.database, readExtract));
  await library.forgetUser();
  const archive = withoutSessionToken(await library.exportBudget());
  const extract = readDatabase(opened.database, readExtract);
  return { archive, extract, cloudFileId: opened.cloudFileId, downloaded: warm === false };
}

interface Opened {
  readonly database: string;
  readonly cloudFileId: string;
}

/** @returns false when the snapshot is of no use. */
async function openSnapshot(context: ReadingContext, archive: Uint8Array): Promise<Opened | false> {
  const { request } = context;
  const dataDir = await begin(context);
  const usable = await isUsable(archive, { dataDir, syncId: request.budgetId, today: today() });
  if (!usable) return false;
  try {
    return (await open(context, dataDir)) ?? false;
  } catch (error) {
    const known = translate(error, context.library.network.exchanges());
    if (SNAPSHOT_TO_BLAME.has(known.failure.code)) return false;
    throw known;
  }
}

/** A snapshot that a newer library has migrated is no use either; the server's file may still be older. */
async function isUsable(
  archive: Uint8Array,
  options: Parameters<typeof unpackArchive>[1],
): Promise<boolean> {
  try {
    const { database } = await unpackArchive(archive, options);
    return !isMigratedByNewer(database);
  } catch (error) {
    if (error instanceof DamagedArchiveError || isSQLiteError(error)) return false;
    throw error;
  }
}

async function openInFull(context: ReadingContext): Promise<Opened> {
  if (!(await context.close())) throw new FailureError(failure('SNAPSHOT_DAMAGED'));
  const dataDir = await begin(context);
  const opened = await open(context, dataDir);
  if (opened !== null) return opened;
  const newer = context.seen.signals.size > 0 || (await holdsNewer(dataDir));
  throw new FailureError(failure(newer ? 'VERSION_MISMATCH' : 'BUDGET_CORRUPT'));
}

/** An emptied data directory, and the library working in it. */
async function begin({ library, settings, token }: ReadingContext): Promise<string> {
  const dataDir = await emptyDataFolder();
  await library.start({ dataDir, serverUrl: settings.serverUrl });
  await library.useToken(token);
  return dataDir;
}

/** @returns null when the library says that it went well, and yet has not opened the budget. */
async function open(
  { library, settings, request }: ReadingContext,
  dataDir: string,
): Promise<Opened | null> {
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

/** Adds what the user needs to know next: the budget's new id, or both versions. */
async function explained(
  { library, request }: ReadingContext,
  known: FailureError,
): Promise<FailureError> {
  const { code } = known.failure;
  if (code === 'VERSION_MISMATCH') {
    const version = await library.serverVersion().catch(() => undefined);
    if (version === undefined) return known;
    const detail = `The server has version ${version}, this is version ${LIBRARY_VERSION}.`;
    return new FailureError(failure(code, detail), { cause: known.cause });
  }
  if (code === 'BUDGET_RESET' || code === 'BUDGET_NOT_FOUND') {
    const files = await library.remoteFiles().catch(() => []);
    const file = files.find(({ fileId }) => fileId === request.cloudFileId);
    if (file === undefined || file.groupId === request.budgetId) return known;
    const detail = `Its Sync ID is now ${file.groupId}.`;
    return new FailureError(failure('BUDGET_RESET', detail), { cause: known.cause });
  }
  return known;
}
