import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answered, endOf, openClient } from '../../client/client.ts';
import { signed } from '../../client/sending.ts';
import { HANDLERS, type HandlerKey } from '../../infra/handlers.ts';
import type { ActualServer } from '../../local/actual/server.ts';
import { LOCAL_REGION } from '../../local/runtime/contract.ts';
import { functionSpecs } from '../../local/runtime/functions/spec.ts';
import { runStack } from '../../local/runtime/stack.ts';
import { Machine } from '../../local/runtime/states/machine.ts';
import { readAssembly } from '../../local/template/assembly.ts';
import { gatewayEvent } from '../../test/handlers/gateway.ts';
import { MeasuredEnvironments, type Run } from './environments.ts';

type WorkerJob =
  | 'sync_and_suggest'
  | 'suggestions_generate'
  | 'snapshot_create'
  | 'snapshot_redownload';

/** The local stack, with the functions of its workflow in environments that are measured. */
export interface MeasuredStack {
  /** Runs a job to its end. @returns the runs of functions of its workflow. */
  run(type: WorkerJob, budgetId: string): Promise<readonly Run[]>;
  /** Calls the function behind `GET /jobs/{jobId}` for the last job. */
  getJob(): Promise<Run>;
  /** Ends all measured environments, so that the next job loads its functions anew. */
  cool(): Promise<void>;
  close(): Promise<void>;
}

export async function startMeasured(options: {
  readonly assembly: string;
  readonly server: Pick<ActualServer, 'url' | 'password'>;
}): Promise<MeasuredStack> {
  const data = mkdtempSync(join(tmpdir(), 'measured-stack-'));
  const credentials = { accessKeyId: 'AKIAMEASUREDSTACK', secretAccessKey: 'measured' };
  const { url: serverUrl, password } = options.server;
  const stack = await runStack({
    assembly: options.assembly,
    data,
    port: 0,
    credentials,
    secrets: { ActualSecretId: JSON.stringify({ serverUrl, password }) },
  });
  const { assetFolder } = readAssembly(options.assembly);
  const { endpoints } = stack;
  const specs = functionSpecs(stack.stack, { assetFolder, credentials, endpoints });
  const environments = new MeasuredEnvironments(specs, data);
  for (const resource of stack.stack.resources) {
    if (resource.type === 'AWS::StepFunctions::StateMachine') {
      stack.executions.add(new Machine(resource, environments));
    }
  }
  const api = openClient(
    stack.url,
    signed(async () => credentials, LOCAL_REGION),
  );
  let lastJob = '';
  return {
    async run(type, budgetId) {
      const first = environments.runs.length;
      const { job } = await answered(api.POST('/jobs', { body: { type, budgetId } }), 'job');
      lastJob = job.id;
      const ended = await endOf(api, job.id);
      if (ended.job.status !== 'succeeded') {
        throw new Error(`The job ended as ${ended.job.status}: ${ended.job.failureReason}`);
      }
      return environments.runs.slice(first);
    },
    async getJob() {
      const name = specs.find((spec) => isOf(spec.name, 'getJob'))?.name ?? '';
      await environments.invoke(name, gatewayEvent({ pathParameters: { jobId: lastJob } }));
      return lastOf(environments.runs);
    },
    cool: () => environments.close(),
    async close() {
      await environments.close();
      await stack.close();
      rmSync(data, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Whether a run, or whatever has the name, is of this handler's function. */
export function isOf(functionName: string, key: HandlerKey): boolean {
  const pascal = HANDLERS[key].name.replace(/(^|-)([a-z])/g, (_match, _dash, letter: string) =>
    letter.toUpperCase(),
  );
  return functionName.includes(`Functions${pascal}Function`);
}

function lastOf(runs: readonly Run[]): Run {
  const last = runs.at(-1);
  if (last === undefined) throw new Error('Nothing was run');
  return last;
}
