import { FailureError, failure } from '../../domain/failures.ts';
import { fieldOf } from '../../domain/json.ts';
import { serviceStatusOf } from './calls.ts';

/** What a job keeps its data in, as its failure names it. */
export type Storage = 'table' | 'bucket' | 'secrets';

/** How errors of the SDK and of Node are named; other texts may quote what they stumbled over. */
const TELLING = /^[A-Z]\w{3,59}$/;
/** What they are called where nothing is said. */
const UNTELLING: ReadonlySet<string> = new Set(['Error', 'Unknown', 'UnknownError']);

/**
 * What a call of the bucket or the secrets gives.
 *
 * @throws FailureError: STORAGE_UNAVAILABLE, whatever the call fails with.
 */
export async function storedIn<Result>(storage: Storage, call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    throw storageFailure(storage, error);
  }
}

/**
 * STORAGE_UNAVAILABLE: which one it was, and the name of what it said, as `AccessDeniedException` or `ECONNREFUSED`. An answer without
 * a body, as the bucket gives to whoever asks for a stamp, has a status alone.
 */
export function storageFailure(storage: Storage, cause: unknown): FailureError {
  const name = [fieldOf(cause, 'code'), fieldOf(cause, 'name')].find(isTelling);
  const status = serviceStatusOf(cause);
  const said = name ?? (status === undefined ? undefined : `HTTP ${status}`);
  const detail = said === undefined ? `It was the ${storage}.` : `It was the ${storage}: ${said}.`;
  return new FailureError(failure('STORAGE_UNAVAILABLE', detail), { cause });
}

function isTelling(said: unknown): said is string {
  return typeof said === 'string' && !UNTELLING.has(said) && TELLING.test(said);
}
