import { openJobs } from '../../functions/handlers/clients.ts';
import { openMetrics } from '../../functions/handlers/metrics.ts';
import { stepInvocation } from '../../functions/handlers/step-invocation.ts';
import { acceptJobs } from './accepting.ts';
import { runCrowd } from './crowd.ts';
import { type Handler, startOneProcess } from './one-process.ts';

/**
 * The stack in a process of its own, whose output goes nowhere: what functions print is nothing that a bench says.
 * `crowd-process.ts accept|run ASSEMBLY DATA` sends what it found to its parent.
 */

const [, , what = '', assembly = '', data = ''] = process.argv;

const events: unknown[] = [];
const stack = await startOneProcess({
  assembly,
  data,
  inPlaceOf: { Sync: idleStep },
  onEvent: (event) => events.push(event),
});
try {
  process.send?.(what === 'accept' ? await acceptJobs(stack) : await runCrowd(stack, events));
} finally {
  await stack.close();
}
process.disconnect();

/** The function of a step with all that surrounds its work, and no work. */
async function idleStep(): Promise<Handler> {
  const { TABLE_NAME: tableName = '', METRICS_NAMESPACE: namespace = '' } = process.env;
  const { jobs, meter } = openJobs({ tableName, retentionDays: '30' });
  const metrics = openMetrics(namespace);
  const handler = stepInvocation({
    step: 'sync',
    jobs,
    meter,
    metrics,
    work: () => async () => ({}),
  });
  return handler;
}
