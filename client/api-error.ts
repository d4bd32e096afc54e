import type { GatewayRefusal, Problem } from './schema.ts';

/** An answer that is no success, in the words of the API. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** The last part of the problem's `type`; undefined for what the gateway says by itself. */
  readonly kind: string | undefined;
  /** Leads to the request in the logs. */
  readonly requestId: string | undefined;
  /** Seconds after which to come again; undefined where the answer does not say so in seconds. */
  readonly retryAfter: number | undefined;

  constructor(response: Response, body: unknown) {
    super(wordingOf(response.status, body));
    this.status = response.status;
    this.kind = isProblem(body) ? body.type.split(':').at(-1) : undefined;
    this.requestId =
      response.headers.get('x-request-id') ?? response.headers.get('apigw-requestid') ?? undefined;
    // A proxy may say a date there (RFC 9110, section 10.2.3), or nothing.
    const said = response.headers.get('retry-after') ?? '';
    this.retryAfter = /^\d+$/.test(said) ? Number(said) : undefined;
  }
}

/** An answer that says it is a success and is none of the API's: a proxy's page to sign in on, or half an answer. Quotes nothing of it. */
export class ForeignAnswerError extends Error {
  override readonly name = 'ForeignAnswerError';

  constructor(fault: string) {
    super(`What answers at the address is not the API: its answer ${fault}.`);
  }
}

function wordingOf(status: number, body: unknown): string {
  if (isProblem(body)) return body.detail;
  return isRefusal(body) ? `${status} ${body.message}` : `The API answered ${status}.`;
}

function isProblem(body: unknown): body is Problem {
  return hasText(body, 'type') && hasText(body, 'detail');
}

function isRefusal(body: unknown): body is GatewayRefusal {
  return hasText(body, 'message');
}

function hasText(body: unknown, field: string): boolean {
  return typeof body === 'object' && body !== null && typeof Reflect.get(body, field) === 'string';
}
