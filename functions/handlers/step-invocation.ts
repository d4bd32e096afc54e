import type { Context } from 'aws-lambda';
import type { JobCounts } from '../domain/job.ts';
import type { Worker } from '../domain/running.ts';
import { runStep, type StepPorts, type StepWork } from '../steps/run-step.ts';
import type { Meter } from '../store/meter.ts';
import { clockAndIds } from './adapters/clock-and-ids.ts';
import { invocation } from './invocation.ts';
import { logger } from './logger.ts';
import type { StackMetrics } from './metrics.ts';
import { idsOf, StepEvent, workerOf } from './step-event.ts';

export interface StepInvocation {
  /** Names the step in metrics. */
  readonly step: string;
  readonly jobs: StepPorts['jobs'];
  readonly meter: Meter;
  readonly metrics: StackMetrics;
  readonly work: (event: StepEvent, worker: Worker, context: Context) => StepWork;
}

/** The handler of a state's function: runs the step as the worker that this invocation is, and says how long it took. */
export function stepInvocation({ step, jobs, meter, metrics, work }: StepInvocation) {
  return invocation({
    event: StepEvent,
    ids: idsOf,
    meter,
    work: async (event, context): Promise<JobCounts> => {
      // Of a process that dies or is cut off Lambda says the request's id alone: this line leads there from the job.
      logger.info('begun');
      const worker = workerOf(context, clockAndIds.now);
      const started = performance.now();
      const ofThisWorker = work(event, worker, context);
      let reported: JobCounts | undefined;
      const counts = await runStep({ jobs, ...clockAndIds }, event, worker, async (stepContext) => {
        const result = await ofThisWorker(stepContext);
        reported = result.counts ?? {};
        return result;
      });
      // A step that had succeeded before is not done again.
      if (reported !== undefined) {
        const took = Math.round(performance.now() - started);
        metrics.stepDone(step, took, reported, {
          ...idsOf(event),
          requestId: context.awsRequestId,
        });
      }
      return counts;
    },
  });
}
