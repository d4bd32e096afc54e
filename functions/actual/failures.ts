import { type FailureCode, FailureError, failure } from '../domain/failures.ts';
import { fieldOf } from '../domain/json.ts';
import type { Signal } from './containment.ts';
import type { Exchange } from './network.ts';
import { leavesOutCertificate } from './trust.ts';

/** What the library throws or signals, translated into the closed list of known failures. */

/** Codes that say enough by themselves. */
const BY_CODE: Readonly<Record<string, FailureCode>> = {
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
  SQLITE_FULL: 'DISK_FULL',
  'invalid-password': 'AUTH_FAILED',
  unauthorized: 'SESSION_EXPIRED',
  'token-expired': 'SESSION_EXPIRED',
  'too-many-requests': 'LOGIN_THROTTLED',
  'budget-not-found': 'BUDGET_NOT_FOUND',
  'file-access-not-allowed': 'BUDGET_NOT_FOUND',
  'missing-key': 'ENCRYPTION_KEY_REQUIRED',
  'decrypt-failure': 'ENCRYPTION_KEY_WRONG',
  'encrypt-failure': 'ENCRYPTION_KEY_WRONG',
  'old-key-style': 'ENCRYPTION_KEY_UNSUPPORTED',
  'out-of-sync-migrations': 'VERSION_MISMATCH',
  'out-of-sync-data': 'VERSION_MISMATCH',
  'invalid-schema': 'VERSION_MISMATCH',
  'out-of-sync': 'SYNC_DIVERGED',
  'file-has-reset': 'BUDGET_RESET',
  'file-has-new-key': 'BUDGET_RESET',
  'file-needs-upload': 'BUDGET_NEEDS_ATTENTION',
  'file-old-version': 'BUDGET_NEEDS_ATTENTION',
  'file-key-mismatch': 'BUDGET_NEEDS_ATTENTION',
  'file-not-found': 'BUDGET_NEEDS_ATTENTION',
  'clock-drift': 'CLOCK_DRIFT',
  'not-zip-file': 'BUDGET_CORRUPT',
  'invalid-zip-file': 'BUDGET_CORRUPT',
  'invalid-meta-file': 'BUDGET_CORRUPT',
  'zip-too-large': 'BUDGET_TOO_LARGE',
  'opening-budget': 'BUDGET_CORRUPT',
  'loading-budget': 'BUDGET_CORRUPT',
};

/** Codes that say where it failed but not why; what the network saw comes first. */
const BY_VAGUE_CODE: Readonly<Record<string, FailureCode>> = {
  'network-failure': 'SERVER_UNREACHABLE',
  network: 'SERVER_UNREACHABLE',
  'download-failure': 'DOWNLOAD_FAILED',
  internal: 'DOWNLOAD_FAILED',
};

/** Codes of Node's network errors. */
const UNREACHABLE =
  /^(ECONN|ENOTFOUND|EAI_|EHOST|ENET|EPIPE|ETIMEDOUT|UND_ERR_|CERT_|ERR_TLS|DEPTH_|SELF_)/;

const NOT_VERIFIED =
  'Its certificate could not be verified: it has to be valid for that address and today, be sent with its intermediate certificates, which browsers find by themselves, and be from an authority that is publicly known or given in the secret of the Actual server as certificateAuthority.';

const LEFT_OUT = 'A certificate there is cut off, and was left out.';

const REDIRECTS =
  'The server sends us on to another address: put that one into its secret or, if it is a page to log in on, have what stands before the server let the jobs through.';

const HELD_UP =
  'Something else answered in its place: if it is a page to log in on, or a firewall, have that let the jobs through.';

/** Actual's library unpacks no more (`MAX_ZIP_SIZE` of its src/server/util/zip.ts). A reset leaves out the changes that the file keeps, and what was deleted. */
const FILE_TOO_LARGE =
  "It is the budget's file on the server that is too large, no request: it holds more than the 500 MB that Actual unpacks, and only Reset sync makes it smaller.";

/** Codes of SQLite for a database that is damaged or lacks tables. */
const UNREADABLE = /^SQLITE_(CORRUPT|NOTADB|ERROR)/;

/**
 * @param error whatever was thrown.
 * @param exchanges what the network saw meanwhile, which tells apart what the library calls by one name.
 * @param signals what the library said on the console alone: a full disk hides behind a download that failed, and a damaged
 * database behind a sync that failed without a code.
 */
export function translate(
  error: unknown,
  exchanges: readonly Exchange[],
  signals: ReadonlySet<Signal> = new Set(),
): FailureError {
  if (error instanceof FailureError) return error;
  const codes = codesOf(error);
  const code =
    (signals.has('disk-full') ? 'DISK_FULL' : undefined) ??
    (exchanges.some(({ outcome }) => outcome === 'page') ? 'SERVER_UNREACHABLE' : undefined) ??
    firstOf(codes, BY_CODE) ??
    (codes.some((one) => UNREADABLE.test(one)) ? 'BUDGET_CORRUPT' : undefined) ??
    fromNetwork(exchanges) ??
    firstOf(codes, BY_VAGUE_CODE) ??
    (codes.some((one) => UNREACHABLE.test(one)) || isHeldUp(exchanges)
      ? 'SERVER_UNREACHABLE'
      : signals.has('database-damaged')
        ? 'BUDGET_CORRUPT'
        : 'UNKNOWN');
  const decided =
    code === 'ENCRYPTION_KEY_WRONG' && isMissingKey(error) ? 'ENCRYPTION_KEY_REQUIRED' : code;
  return new FailureError(failure(decided, detailOf(decided, codes, exchanges)), {
    cause: withoutContent(error, codes, lastFailed(exchanges)),
  });
}

function detailOf(
  code: FailureCode,
  codes: readonly string[],
  exchanges: readonly Exchange[],
): string | undefined {
  if (code === 'SERVER_UNREACHABLE') return whyUnreachable(lastFailed(exchanges)?.outcome);
  const isOfFile = code === 'BUDGET_TOO_LARGE' && codes.includes('zip-too-large');
  return isOfFile ? FILE_TOO_LARGE : undefined;
}

function lastFailed(exchanges: readonly Exchange[]): Exchange | undefined {
  return exchanges.findLast(({ outcome }) => outcome !== 200 && outcome !== 'pending');
}

/** What the last exchange that failed says; undefined when all went well. */
function fromNetwork(exchanges: readonly Exchange[]): FailureCode | undefined {
  const outcome = lastFailed(exchanges)?.outcome;
  if (outcome === undefined) return undefined;
  if (typeof outcome === 'string') return 'SERVER_UNREACHABLE';
  if (outcome === 401) return 'SESSION_EXPIRED';
  if (outcome === 413) return 'BUDGET_TOO_LARGE';
  if (outcome === 429) return 'SERVER_THROTTLED';
  return outcome >= 500 ? 'SERVER_UNREACHABLE' : undefined;
}

/** What proxies and firewalls say in the server's place; it says 403 and 404 with reasons that are known. */
const SAID_IN_BETWEEN: ReadonlySet<Exchange['outcome']> = new Set([
  202, 204, 403, 404, 405, 406, 408, 415, 451,
]);

/** What a user is told beside the known sentence; undefined where there is nothing to add. */
export function whyUnreachable(outcome: Exchange['outcome'] | undefined): string | undefined {
  if (outcome === undefined) return undefined;
  if (outcome === 'untrusted') {
    return leavesOutCertificate() ? `${NOT_VERIFIED} ${LEFT_OUT}` : NOT_VERIFIED;
  }
  if (outcome === 'redirected') return REDIRECTS;
  const isInItsPlace = outcome === 'page' || outcome === 401 || SAID_IN_BETWEEN.has(outcome);
  return isInItsPlace ? HELD_UP : undefined;
}

/** What stands before the server lets nobody through, or leads elsewhere: the server itself says why it refuses something. */
function isHeldUp(exchanges: readonly Exchange[]): boolean {
  const last = exchanges.at(-1)?.outcome;
  return last !== undefined && SAID_IN_BETWEEN.has(last);
}

function firstOf(
  codes: readonly string[],
  known: Readonly<Record<string, FailureCode>>,
): FailureCode | undefined {
  const code = codes.find((one) => Object.hasOwn(known, one));
  return code === undefined ? undefined : known[code];
}

/** `code` and `reason` of an error and of its causes. */
function codesOf(error: unknown): readonly string[] {
  const codes: string[] = [];
  let current = error;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth += 1) {
    codes.push(...textsOf(current, ['code', 'reason']));
    // The library's own clock, which is behind the budget's: it says so by the error's name alone.
    if (fieldOf(current, 'name') === 'ClockDriftError') codes.push('clock-drift');
    current = fieldOf(current, 'cause');
  }
  return codes;
}

function isMissingKey(error: unknown): boolean {
  return fieldOf(fieldOf(error, 'meta'), 'isMissingKey') === true;
}

function textsOf(value: unknown, names: readonly string[]): readonly string[] {
  return names.map((name) => fieldOf(value, name)).filter((text) => typeof text === 'string');
}

/** What may be logged of an error that the library threw: its codes, and where it was thrown. */
class LibraryError extends Error {
  override readonly name = 'LibraryError';
  readonly codes: readonly string[];

  constructor(codes: readonly string[], frames: readonly string[]) {
    super('The library failed');
    this.codes = codes;
    this.stack = [`${this.name}: ${this.message}`, ...frames].join('\n');
  }
}

const CODE = /^\w[\w-]{0,39}$/;

/** Its message may hold a payee, an address or a whole page of a proxy, and so may what stands in the place of a code. */
function withoutContent(
  error: unknown,
  codes: readonly string[],
  failed: Exchange | undefined,
): LibraryError {
  const stack = fieldOf(error, 'stack');
  const frames =
    typeof stack === 'string' ? stack.split('\n').filter((line) => /^\s+at /.test(line)) : [];
  const safe = codes.filter((code) => CODE.test(code));
  return new LibraryError([...new Set([...safe, ...howItEnded(failed)])], frames);
}

/** Of Actual's calls that are made here the only one whose path is a single name. */
const SINGLE = 'info';

/** The call and how it ended, as in `sync/sync:502`; no more of its path, which may begin with one of the server's own. */
function howItEnded(exchange: Exchange | undefined): readonly string[] {
  if (exchange === undefined) return [];
  const { path, outcome, fault } = exchange;
  const names = path.split('/');
  const call = names.at(-1) === SINGLE ? SINGLE : names.slice(-2).join('/');
  return [`${call}:${outcome}`, ...(fault === undefined ? [] : [fault])];
}
