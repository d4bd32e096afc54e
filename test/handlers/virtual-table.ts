import './environment-variables.ts';

import { failure } from '../../functions/domain/failures.ts';
import type { JobId } from '../../functions/domain/ids.ts';
import type { JobInput, JobRecord, WholeJob } from '../../functions/domain/job.ts';
import { endJob, startJob, startStep } from '../../functions/domain/transitions.ts';
import { getJobRoute } from '../../functions/handlers/get-job.ts';
import { context, JOB, newRecord } from '../domain/builders.ts';
import { expectDocumented } from './document.ts';
import { STATE_MACHINE_ARN } from './environment-variables.ts';
import { type Answered, call, gatewayEvent, lambdaContext } from './gateway.ts';

const OPERATION = 'GET /jobs/{jobId}';
export const queued = newRecord();
export const running = startStep(startJob(queued, context(1)).record, 1, context(2)).record;
export const failed = endJob(
  running,
  { status: 'failed', failure: failure('AUTH_FAILED') },
  context(3),
).record;

/** A clock that only sleeping moves, what the table shows as it goes, and what is answered from it. */
export class VirtualTable {
  milliseconds = 0;
  looks: number[] = [];
  record: (milliseconds: number) => JobRecord | undefined = () => running;
  input: JobInput | undefined;
  /** Of the only job that there is. */
  id: string = JOB;

  readonly clock = () => this.milliseconds;
  readonly sleep = async (milliseconds: number) => {
    this.milliseconds += milliseconds;
  };
  readonly jobs = {
    get: async (id: JobId) => {
      this.looks.push(this.milliseconds);
      return id === this.id ? this.record(this.milliseconds) : undefined;
    },
    whole: async (id: JobId): Promise<WholeJob | undefined> => {
      const record = await this.jobs.get(id);
      return record && { ...record, ...(this.input === undefined ? {} : { input: this.input }) };
    },
  };

  /** What `GET /jobs/{jobId}` answers; it is checked against the document. */
  async got(
    query = '',
    jobId: string = JOB,
    remainingMs?: number,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answered> {
    const path = `/jobs/${jobId}`;
    const event = gatewayEvent({ path, pathParameters: { jobId }, query, headers });
    const answer = await call(
      getJobRoute(this, STATE_MACHINE_ARN),
      event,
      lambdaContext(remainingMs),
    );
    expectDocumented(OPERATION, answer);
    return answer;
  }
}
