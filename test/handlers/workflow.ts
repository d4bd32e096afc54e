import './environment-variables.ts';

import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import type { RouteHandler } from '../../functions/handlers/http/route.ts';
import { createTable, startEngine } from '../store/engine.ts';
import type { lambdaContext } from './gateway.ts';
import { ListeningStepFunctions } from './step-functions.ts';

type Handler = (event: unknown, context: ReturnType<typeof lambdaContext>) => Promise<unknown>;

/** The functions between the table and the workflow, as deployed: a real table, a Step Functions that only listens. */
export interface Workflow {
  readonly create: RouteHandler;
  readonly get: RouteHandler;
  readonly events: RouteHandler;
  readonly cancel: RouteHandler;
  readonly dispatch: Handler;
  readonly settle: Handler;
  readonly settleExecution: Handler;
  readonly sweep: Handler;
  readonly stepFunctions: ListeningStepFunctions;
  /** Makes the table anew. */
  empty(): Promise<void>;
  stop(): void;
}

/** The functions read their addresses from the environment as they are loaded. */
export async function startWorkflow(): Promise<Workflow> {
  const engine = await startEngine();
  await createTable(engine, 'Table');
  const stepFunctions = new ListeningStepFunctions();
  const { protocol, hostname, port } = (await engine.client.config.endpoint?.()) ?? {};
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: `${protocol}//${hostname}:${port}`,
    AWS_ENDPOINT_URL_SFN: await stepFunctions.start(),
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  return {
    create: (await import('../../functions/handlers/create-job.ts')).handler,
    get: (await import('../../functions/handlers/get-job.ts')).handler,
    events: (await import('../../functions/handlers/list-job-events.ts')).handler,
    cancel: (await import('../../functions/handlers/cancel-job.ts')).handler,
    dispatch: (await import('../../functions/handlers/dispatch.ts')).handler,
    settle: (await import('../../functions/handlers/settle.ts')).handler,
    settleExecution: (await import('../../functions/handlers/settle-execution.ts')).handler,
    sweep: (await import('../../functions/handlers/sweep.ts')).handler,
    stepFunctions,
    async empty() {
      await engine.client.send(new DeleteTableCommand({ TableName: 'Table' }));
      await createTable(engine, 'Table');
    },
    stop() {
      stepFunctions.stop();
      engine.stop();
    },
  };
}

/** A change of a place in line, as the table's stream tells it. */
export function record(budget: string, sequenceNumber: string) {
  const keys = { PK: { S: `BUDGET#${budget}` }, SK: { S: 'QUEUE#x' } };
  return { eventName: 'INSERT', dynamodb: { Keys: keys, SequenceNumber: sequenceNumber } };
}
