/** A reason not to start: one sentence for the user. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
