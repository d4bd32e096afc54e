import createClient, { type Client as TypedClient } from 'openapi-fetch';
import { ApiError, ForeignAnswerError } from './api-error.ts';
import type { JobAndSteps, paths } from './schema.ts';
import type { Send } from './sending.ts';

/** The API as its OpenAPI document has it: `client.GET('/jobs/{jobId}', { params: … })`, with every field typed. */
export type Client = TypedClient<paths>;

/** @param send how calls say who calls: client/sending.ts. */
export function openClient(url: string, send: Send): Client {
  return createClient<paths>({ baseUrl: url, fetch: send });
}

/**
 * What a call answered.
 *
 * @param field that the answer has, and by which it is known to be the API's.
 * @throws ApiError for any answer that is no success, ForeignAnswerError for one that is not the API's.
 */
export async function answered<Data>(
  call: Promise<{ readonly data?: Data; readonly error?: unknown; readonly response: Response }>,
  field: keyof Data & string,
): Promise<NonNullable<Data>> {
  const { data, error, response } = await call.catch((reason: unknown) => {
    throw reason instanceof SyntaxError ? new ForeignAnswerError('is no JSON') : reason;
  });
  if (!response.ok) throw new ApiError(response, error);
  if (!isObject(data) || !isObject(Reflect.get(data, field))) {
    throw new ForeignAnswerError(`has no ${field}`);
  }
  return data;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The longest that the API waits before it answers. */
const WAIT_SECONDS = 20;
/** Calls in a row that did not reach the API, or met it overloaded, before that is the caller's to know. */
const FAULTS_MAX = 5;
const PAUSE_SECONDS = 1;
/** Whoever is told to come again later than this, as while a server is looked after, is not kept waiting without a word. */
const LONGEST_PAUSE_SECONDS = 60;

/**
 * The job once it has ended.
 *
 * @throws ApiError, ForeignAnswerError, or the error of `fetch` where the API cannot be reached.
 */
export async function endOf(client: Client, jobId: string): Promise<JobAndSteps> {
  for (let faults = 0; ; ) {
    try {
      const params = { path: { jobId }, query: { wait: WAIT_SECONDS } };
      const document = await answered(client.GET('/jobs/{jobId}', { params }), 'job');
      if (!['queued', 'running'].includes(document.job.status)) return document;
      faults = 0;
    } catch (error) {
      faults += 1;
      const said = error instanceof ApiError ? error.retryAfter : undefined;
      const seconds = said ?? PAUSE_SECONDS;
      if (!passes(error) || faults > FAULTS_MAX || seconds > LONGEST_PAUSE_SECONDS) throw error;
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    }
  }
}

/** Whether a fault may be over in a moment. That of a network is a TypeError (https://fetch.spec.whatwg.org/#fetch-method). */
function passes(error: unknown): boolean {
  if (!(error instanceof ApiError)) return error instanceof TypeError;
  const { status, kind } = error;
  // What goes wrong in a function of ours goes wrong again; what the gateway or a proxy says by itself may not.
  return status === 429 || (status >= 500 && kind !== 'internal');
}
