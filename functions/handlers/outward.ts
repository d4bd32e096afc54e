import * as z from 'zod';
import { FailureError, unknownFailure } from '../domain/failures.ts';
import { JobChangingError, JobNotRunningError } from '../domain/step-refusals.ts';
import { NotAllSeenYetError, StoreUnavailableError } from '../store/errors.ts';
import { storageFailure } from './adapters/storage.ts';

/**
 * An error as the outside may see it, without stack and cause: a known one by its name and sentence, any other as UNKNOWN with
 * the id to look up.
 */
export function outward(error: unknown, requestId: string): Error {
  const isKnown = error instanceof FailureError && error.failure.code !== 'UNKNOWN';
  if (isKnown || error instanceof JobNotRunningError || error instanceof JobChangingError) {
    return bare(error.name, error.message);
  }
  if (error instanceof NotAllSeenYetError) return outward(new JobChangingError(), requestId);
  if (error instanceof StoreUnavailableError) {
    return outward(storageFailure('table', error.cause), requestId);
  }
  if (error instanceof z.ZodError) {
    return bare('INVALID_EVENT', 'The event has not the expected shape.');
  }
  const unknown = unknownFailure(requestId);
  return bare(unknown.code, unknown.reason);
}

function bare(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  error.stack = `${name}: ${message}`;
  return error;
}
