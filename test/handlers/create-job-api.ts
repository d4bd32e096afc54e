import { createJobRoute } from '../../functions/handlers/create-job.ts';
import type { Route } from '../../functions/handlers/http/route.ts';
import { expectDocumented } from './document.ts';
import { STATE_MACHINE_ARN } from './environment-variables.ts';
import { type Answered, call, gatewayEvent, post, type Request } from './gateway.ts';
import { MemoryJobs, submitPorts } from './memory-jobs.ts';

export const OPERATION = 'POST /jobs';

export interface CreateJobApi {
  readonly jobs: MemoryJobs;
  readonly route: Route;
  /** Sends a body as JSON. */
  posted(body: unknown, more?: Request): Promise<Answered>;
  /** Sends a text as the body. */
  raw(body: string, more?: Request): Promise<Answered>;
}

/** `POST /jobs` on jobs in memory. Every answer is checked against the document. */
export function createJobApi(): CreateJobApi {
  const jobs = new MemoryJobs();
  const route = createJobRoute(submitPorts(jobs), STATE_MACHINE_ARN);
  const sent = async (event: ReturnType<typeof gatewayEvent>) => {
    const answer = await call(route, event);
    expectDocumented(OPERATION, answer);
    return answer;
  };
  return {
    jobs,
    route,
    posted: (body, more) => sent(post(body, more)),
    raw: (body, more) =>
      sent(gatewayEvent({ method: 'POST', path: '/jobs', pathParameters: {}, body, ...more })),
  };
}

export function withKey(key: string): Request {
  return { headers: { 'idempotency-key': key } };
}
