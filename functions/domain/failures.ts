/**
 * The closed list of known failures: for each a code, a sentence for the user that says what to do next, and
 * whether trying again helps. Sentences hold no secret, host name, path or raw exception text.
 */

/** Whether and how a failed step is tried again without the user. */
export type TryAgain =
  /** The user has to do something first. */
  | 'no'
  /** With backoff, by the state machine. */
  | 'backoff'
  /** One more time at once, by the step itself or by the state machine. */
  | 'once'
  /** Only after a long wait; the user's retry. */
  | 'later';

interface KnownFailure {
  readonly sentence: string;
  readonly tryAgain: TryAgain;
}

const NEXT_NIGHT = 'Nothing was lost; the job can be run again.';

export const FAILURES = {
  AUTH_FAILED: {
    sentence:
      'The Actual server refused the password. Put the right password into the secret of the Actual server, then run the job again.',
    tryAgain: 'no',
  },
  SESSION_EXPIRED: {
    sentence:
      'The Actual server ended the session and did not accept a new one. Run the job again.',
    tryAgain: 'once',
  },
  LOGIN_THROTTLED: {
    sentence:
      'The Actual server refuses logins for now because there were too many. Wait 15 minutes, then run the job again.',
    tryAgain: 'later',
  },
  SERVER_THROTTLED: {
    sentence: `The Actual server had too many requests at once. ${NEXT_NIGHT}`,
    tryAgain: 'backoff',
  },
  SERVER_UNREACHABLE: {
    sentence:
      'The Actual server could not be reached. Check that it is running and reachable at the configured address, then run the job again.',
    tryAgain: 'backoff',
  },
  BUDGET_NOT_FOUND: {
    sentence:
      'The Actual server has no budget with this id. Use the Sync ID from Settings → Advanced in Actual.',
    tryAgain: 'no',
  },
  ENCRYPTION_KEY_REQUIRED: {
    sentence:
      "The budget is end-to-end encrypted and no password for it is configured. Add the budget's encryption password to the secret of the Actual server.",
    tryAgain: 'no',
  },
  ENCRYPTION_KEY_WRONG: {
    sentence:
      "The budget's encryption password does not open it. Correct it in the secret of the Actual server, then run the job again.",
    tryAgain: 'no',
  },
  ENCRYPTION_KEY_UNSUPPORTED: {
    sentence:
      'The budget is encrypted in an old way that is no longer supported. Open it in Actual and set its encryption password anew.',
    tryAgain: 'no',
  },
  VERSION_MISMATCH: {
    sentence:
      'The budget was changed by a newer version of Actual than the one used here. Update actual-jobs, then run the job again.',
    tryAgain: 'no',
  },
  SYNC_DIVERGED: {
    sentence:
      "The budget's copies no longer agree. Open it in Actual and use Settings → Advanced → Repair sync or Reset sync, then run the job again.",
    tryAgain: 'no',
  },
  BUDGET_RESET: {
    sentence:
      'Sync of this budget was reset in Actual, which gave it a new id. Use the new Sync ID from Settings → Advanced in Actual.',
    tryAgain: 'no',
  },
  BUDGET_NEEDS_ATTENTION: {
    sentence:
      "The budget's file on the server needs attention. Open the budget in Actual, follow what it says there, then run the job again.",
    tryAgain: 'no',
  },
  BUDGET_TOO_LARGE: {
    sentence:
      "The budget's history of changes is too large to be sent. Open it in Actual and use Settings → Advanced → Reset sync.",
    tryAgain: 'no',
  },
  CLOCK_DRIFT: {
    sentence:
      'The clock of a device that changed this budget is too far off. Correct the clock, open the budget in Actual, then run the job again.',
    tryAgain: 'no',
  },
  DOWNLOAD_FAILED: {
    sentence: `The budget's file could not be downloaded from the Actual server. ${NEXT_NIGHT}`,
    tryAgain: 'once',
  },
  BUDGET_CORRUPT: {
    sentence:
      "The budget's file on the Actual server is damaged. Open the budget in Actual on a device that has it and use Settings → Advanced → Reset sync.",
    tryAgain: 'once',
  },
  SNAPSHOT_MISSING: {
    sentence:
      'There is no snapshot of this budget yet. Run a budget_sync job, then run this job again.',
    tryAgain: 'once',
  },
  SNAPSHOT_DAMAGED: {
    sentence:
      'The stored snapshot of this budget cannot be read. Run a budget_sync job with fullResync, then run this job again.',
    tryAgain: 'once',
  },
  APPLY_REJECTED: {
    sentence:
      'Some of the suggestions cannot be applied as they are, so none was. Take them out or decide on them anew, then create a new job.',
    tryAgain: 'no',
  },
  SUGGESTION_NOT_FOUND: {
    sentence:
      "There is no such suggestion any more. Take the id of one from the list of the budget's suggestions.",
    tryAgain: 'no',
  },
  TIMED_OUT: {
    sentence: `The job ran out of time. ${NEXT_NIGHT}`,
    tryAgain: 'no',
  },
  WORKER_DIED: {
    sentence: `The process that worked on the job died, mostly for want of memory. ${NEXT_NIGHT}`,
    tryAgain: 'once',
  },
  NOT_SUPPORTED: {
    sentence: 'Jobs of this type cannot be run by this version of actual-jobs.',
    tryAgain: 'no',
  },
  UNKNOWN: {
    sentence: `Something unexpected went wrong. ${NEXT_NIGHT}`,
    tryAgain: 'once',
  },
} as const satisfies Readonly<Record<string, KnownFailure>>;

export type FailureCode = keyof typeof FAILURES;

/** What went wrong, as a user may read it. */
export interface Failure {
  readonly code: FailureCode;
  readonly reason: string;
}

export function isFailureCode(text: string): text is FailureCode {
  return Object.hasOwn(FAILURES, text);
}

/**
 * A known failure with its sentence.
 *
 * @param detail a further sentence for the user, without secrets: both versions, or the id to find in the logs.
 */
export function failure(code: FailureCode, detail?: string): Failure {
  const { sentence } = FAILURES[code];
  return { code, reason: detail === undefined ? sentence : `${sentence} ${detail}` };
}

/**
 * Thrown by a step. Its name is the code, so that the state machine can tell failures apart; it has no stack,
 * because Step Functions keeps what an error says.
 */
export class FailureError extends Error {
  readonly failure: Failure;

  constructor(known: Failure, options?: { readonly cause?: unknown }) {
    super(known.reason, options);
    this.name = known.code;
    this.failure = known;
  }
}

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
