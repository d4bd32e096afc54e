/** Problem documents (RFC 9457): every error that our functions give has this form. */

/** A field at fault: which, and what would be right. */
export interface FieldError {
  /** Name of the parameter, or a JSON pointer into the body. */
  readonly field: string;
  readonly message: string;
}

export const PROBLEMS = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  forbidden: { status: 403, title: 'The caller is not known' },
  'not-allowed': { status: 403, title: 'The caller may not do this' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'method-not-allowed': { status: 405, title: 'The path does not take this method' },
  conflict: { status: 409, title: 'Something else changed it at the same time' },
  'job-not-cancelable': { status: 409, title: 'The job cannot be called off any more' },
  'job-not-retryable': { status: 409, title: 'The job is not one to run again' },
  'suggestion-replaced': { status: 409, title: 'The suggestion was replaced by a newer one' },
  'suggestion-applied': { status: 409, title: 'The suggestion is applied already' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body has to be JSON' },
  'idempotency-key-reused': {
    status: 422,
    title: 'The idempotency key was used for another request',
  },
  internal: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'The service is overloaded for the moment' },
} as const;

export type ProblemKind = keyof typeof PROBLEMS;

/** The header that says after how many seconds to come again, where a refusal passes by itself. */
export function retryAfter(seconds: number): {
  readonly headers: Readonly<Record<string, string>>;
} {
  return { headers: { 'retry-after': String(seconds) } };
}

/** Thrown by a handler to answer with a problem document. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly kind: ProblemKind;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    kind: ProblemKind,
    detail: string,
    more: {
      readonly errors?: readonly FieldError[];
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(detail);
    this.kind = kind;
    this.errors = more.errors ?? [];
    this.headers = more.headers ?? {};
  }
}

/** Seconds after which those who changed the same thing are surely done. */
const CONFLICT_SECONDS = 1;

/** A 409 that passes by itself. */
export function conflict(detail: string): ProblemError {
  return new ProblemError('conflict', detail, retryAfter(CONFLICT_SECONDS));
}

export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly requestId: string;
  readonly errors?: readonly FieldError[];
}

export function problemDocument(problem: ProblemError, requestId: string): ProblemDocument {
  const { status, title } = PROBLEMS[problem.kind];
  return {
    type: `urn:actual-jobs:problem:${problem.kind}`,
    title,
    status,
    detail: problem.message,
    requestId,
    ...(problem.errors.length === 0 ? {} : { errors: problem.errors }),
  };
}
