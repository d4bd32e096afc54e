/**
 * The closed list of known failures: for each a code, a sentence for the user that says what to do next, and
 * whether trying again helps. Sentences hold no secret, host name, path or raw exception text.
 */

/** Whether and how a failed step is tried again without the user. */
export type TryAgain =
  /** The user has to do something first. */
  | 'no'
  /** A few times with backoff, by the state machine. */
  | 'backoff'
  /** One more time, by the state machine. */
  | 'once'
  /** One more time by the job itself: with a new login, from a fresh download. */
  | 'itself'
  /** Only after a quarter of an hour: scheduled jobs wait for it, others are the user's to run again. */
  | 'later';

interface KnownFailure {
  /** What went wrong. */
  readonly problem: string;
  /** What the user is to do. */
  readonly next: string;
  readonly tryAgain: TryAgain;
}

const RUN_AGAIN = 'Nothing was lost; the job can be run again.';

export const FAILURES = {
  AUTH_FAILED: {
    problem: 'The Actual server refused the password.',
    next: 'Put the right password into the secret of the Actual server, then run the job again.',
    tryAgain: 'no',
  },
  SECRET_INVALID: {
    problem: 'The secret of the Actual server is not valid.',
    next: 'Put serverUrl and password into it as JSON, and the passwords of encrypted budgets by Sync ID as budgetPasswords. Then run the job again.',
    tryAgain: 'no',
  },
  SESSION_EXPIRED: {
    problem: 'The Actual server ended the session and did not accept a new one.',
    next: 'Run the job again.',
    tryAgain: 'itself',
  },
  LOGIN_THROTTLED: {
    problem: 'The Actual server refuses logins for now because there were too many.',
    next: 'Wait 15 minutes, then run the job again.',
    tryAgain: 'later',
  },
  SERVER_THROTTLED: {
    problem: 'The Actual server had too many requests at once.',
    next: RUN_AGAIN,
    tryAgain: 'backoff',
  },
  SERVER_UNREACHABLE: {
    problem: 'The Actual server could not be reached.',
    next: 'Check that it is running and reachable at the configured address, then run the job again.',
    tryAgain: 'backoff',
  },
  BUDGET_NOT_FOUND: {
    problem: 'The Actual server has no budget with this id.',
    next: 'Use the Sync ID from Settings → Advanced in Actual.',
    tryAgain: 'no',
  },
  ENCRYPTION_KEY_REQUIRED: {
    problem: 'The budget is end-to-end encrypted and no password for it is configured.',
    next: "Add the budget's encryption password to the secret of the Actual server.",
    tryAgain: 'no',
  },
  ENCRYPTION_KEY_WRONG: {
    problem: "The budget's encryption password does not open it.",
    next: 'Correct it in the secret of the Actual server, then run the job again.',
    tryAgain: 'no',
  },
  ENCRYPTION_KEY_UNSUPPORTED: {
    problem: 'The budget is encrypted in an old way that is no longer supported.',
    next: 'Open it in Actual and set its encryption password anew.',
    tryAgain: 'no',
  },
  VERSION_MISMATCH: {
    problem: 'The budget was changed by a newer version of Actual than the one used here.',
    next: 'Update actual-jobs, then run the job again.',
    tryAgain: 'no',
  },
  SYNC_DIVERGED: {
    problem: "The budget's copies no longer agree.",
    next: 'Open it in Actual and use "Repair" there, or Settings → Advanced → Reset sync, then run the job again.',
    tryAgain: 'no',
  },
  BUDGET_RESET: {
    problem: 'Sync of this budget was reset in Actual, which gave it a new id.',
    next: 'Use the new Sync ID from Settings → Advanced in Actual.',
    tryAgain: 'no',
  },
  BUDGET_NEEDS_ATTENTION: {
    problem: "The budget's file on the server needs attention.",
    next: 'Open the budget in Actual, follow what it says there, then run the job again.',
    tryAgain: 'no',
  },
  BUDGET_TOO_LARGE: {
    problem: "The budget's changes are too large to be sent at once.",
    next: 'Have a proxy take larger requests, or apply fewer suggestions at once. If neither helps, open the budget in Actual and use Settings → Advanced → Reset sync.',
    tryAgain: 'no',
  },
  CLOCK_DRIFT: {
    problem:
      'The clock of a device that changed this budget, or of the machine that runs the job, is too far off.',
    next: 'Correct the clock, open the budget in Actual, then run the job again.',
    tryAgain: 'no',
  },
  DOWNLOAD_FAILED: {
    problem: "The budget's file could not be downloaded from the Actual server.",
    next: `${RUN_AGAIN} If it fails each time, and no firewall is in the way, open the budget in Actual on a device that has it and use Settings → Advanced → Reset sync.`,
    tryAgain: 'itself',
  },
  BUDGET_CORRUPT: {
    problem: "The budget's file on the Actual server is damaged.",
    next: 'Open the budget in Actual on a device that has it and use Settings → Advanced → Reset sync.',
    tryAgain: 'itself',
  },
  SNAPSHOT_MISSING: {
    problem: 'There is no snapshot of this budget yet.',
    next: 'Run a budget_sync job, then run this job again.',
    tryAgain: 'itself',
  },
  SNAPSHOT_DAMAGED: {
    problem: 'The stored snapshot of this budget cannot be read.',
    next: 'Run a budget_sync job with fullResync, then run this job again.',
    tryAgain: 'itself',
  },
  APPLY_REJECTED: {
    problem: 'Some of the suggestions cannot be applied as they are, so none was.',
    next: 'Take them out or decide on them anew, then create a new job.',
    tryAgain: 'no',
  },
  SUGGESTION_NOT_FOUND: {
    problem: 'There is no such suggestion any more.',
    next: "Take the id of one from the list of the budget's suggestions.",
    tryAgain: 'no',
  },
  TIMED_OUT: {
    problem: 'The job ran out of time.',
    next: 'Nothing was lost. Look why the Actual server is slow, or give the function more memory, which makes it faster. Then run the job again.',
    tryAgain: 'no',
  },
  WORKER_DIED: {
    problem: 'The process that worked on the job died, mostly for want of memory.',
    next: `${RUN_AGAIN} If it dies each time, give its function more memory.`,
    tryAgain: 'once',
  },
  DISK_FULL: {
    problem: 'There was no disk space left to work on the budget.',
    next: 'Make room, or give the functions that open budgets more ephemeral storage. Then run the job again.',
    tryAgain: 'once',
  },
  NO_CAPACITY: {
    problem: 'There was no room to run the job: as many functions ran already as may run at once.',
    next: "Run the job again. If it happens often, raise the account's limit of concurrent Lambda executions.",
    tryAgain: 'backoff',
  },
  STORAGE_UNAVAILABLE: {
    problem: 'The table, the bucket or the secrets that jobs work with could not be used.',
    next: `${RUN_AGAIN} If it fails each time, look whether AWS has an outage or, on your own machine, whether its disk is full.`,
    tryAgain: 'backoff',
  },
  NOT_SUPPORTED: {
    problem: 'Jobs of this type cannot be run by this version of actual-jobs.',
    next: 'Update actual-jobs, then run the job again.',
    tryAgain: 'no',
  },
  UNKNOWN: {
    problem: 'Something unexpected went wrong.',
    next: RUN_AGAIN,
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

/** What the user is told: what went wrong, and what to do. */
export function sentenceOf(code: FailureCode): string {
  const { problem, next } = FAILURES[code];
  return `${problem} ${next}`;
}

/** True when the same job may go through another time although nothing was done about it. */
export function isRetryable(code: FailureCode): boolean {
  return FAILURES[code].tryAgain !== 'no';
}

/**
 * A known failure with its sentence.
 *
 * @param detail a further sentence for the user, without secrets: both versions, or the id to find in the logs.
 */
export function failure(code: FailureCode, detail?: string): Failure {
  const sentence = sentenceOf(code);
  return { code, reason: detail === undefined ? sentence : `${sentence} ${detail}` };
}

/** A failure that is not on the list. @param lookup an id under which the logs tell more. */
export function unknownFailure(lookup: string): Failure {
  return failure('UNKNOWN', `In the logs it is found under ${lookup}.`);
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
