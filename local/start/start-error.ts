import { ApiError } from '../../client/api-error.ts';
import { DataFolderError } from '../runtime/contract.ts';
import { isDiskFull } from '../runtime/full-disk.ts';

/** A reason not to start: one sentence for the user. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Whatever of it was to be written. */
export const DISK_FULL =
  'The disk is full: make room where the data folder is, and start again. Nothing is lost.';

/** What the user is told of an error that ends a start; undefined for what is ours to put right. */
export function sentenceOf(error: unknown): string | undefined {
  if (error instanceof StartError || error instanceof DataFolderError) return error.message;
  if (error instanceof ApiError && error.status >= 500) {
    const { status, requestId } = error;
    const leads = requestId === undefined ? '' : ` (request ${requestId})`;
    return `The stack could not take the job, its API answered ${status}: is there room on the disk where the data folder is? Its logs/ say why${leads}. Start it again then.`;
  }
  return isDiskFull(error) ? DISK_FULL : closedTo(error);
}

/** Of a file that a start as root has left, or a backup that root has put back. */
function closedTo(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error && 'path' in error)) return undefined;
  return error.code === 'EACCES'
    ? `${error.path} is closed to this user: if it lies in the data folder, give all of that to the user that starts it, with chown -R.`
    : undefined;
}
