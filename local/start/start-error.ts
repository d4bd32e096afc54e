/** A reason not to start: one sentence for the user. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Whatever of it was to be written. */
export const DISK_FULL =
  'The disk is full: make room where the data folder is, and start again. Nothing is lost.';
