import createClient, { type Client as TypedClient } from 'openapi-fetch';
import { ApiError } from './api-error.ts';
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
 * @throws ApiError for any answer that is no success.
 */
export async function answered<Data>(
  call: Promise<{ readonly data?: Data; readonly error?: unknown; readonly response: Response }>,
): Promise<NonNullable<Data>> {
  const { data, error, response } = await call;
  if (data === undefined || data === null) throw new ApiError(response, error);
  return data;
}

/** The longest that the API waits before it answers. */
const WAIT_SECONDS = 20;
/** Answers in a row that the API could not be reached or is overloaded, before that is the caller's to know. */
const FAULTS_MAX = 5;
const PAUSE_SECONDS = 1;

/**
 * The job once it has ended.
 *
 * @throws ApiError
 */
export async function endOf(client: Client, jobId: string): Promise<JobAndSteps> {
  for (let faults = 0; ; ) {
    try {
      const params = { path: { jobId }, query: { wait: WAIT_SECONDS } };
      const document = await answered(client.GET('/jobs/{jobId}', { params }));
      if (!['queued', 'running'].includes(document.job.status)) return document;
      faults = 0;
    } catch (error) {
      faults += 1;
      if (!(error instanceof ApiError) || error.status !== 503 || faults > FAULTS_MAX) throw error;
      await new Promise((resolve) =>
        setTimeout(resolve, (error.retryAfter ?? PAUSE_SECONDS) * 1000),
      );
    }
  }
}
