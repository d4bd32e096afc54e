/** How a step ends that refuses to work: it changed nothing, and its job has not failed by it. */

/**
 * Thrown by a step whose job is no longer its to work on: ended, or run by another execution. It changes nothing.
 */
export class JobNotRunningError extends Error {
  override readonly name = 'JobNotRunning';

  constructor() {
    super(
      'The job is not running as this execution, so nothing was changed. Use POST /jobs/{jobId}/retry to run it again.',
    );
  }
}

/**
 * Thrown by a step that could not begin because its job is being written at this moment, as by a worker that died as it began.
 * It changed nothing, and is told apart because whoever comes a little later sees all that was written.
 */
export class JobChangingError extends Error {
  override readonly name = 'JobChanging';

  constructor() {
    super(
      'The job is being written at this moment, so nothing was done. It is tried again by itself.',
    );
  }
}
