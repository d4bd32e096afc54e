import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Assembly, readAssembly } from '../template/assembly.ts';
import { resolveStack } from '../template/resolve.ts';
import {
  type Activity,
  type InvocationReport,
  LOCAL_ACCOUNT,
  type LocalCaller,
  type LocalCredentials,
  type ResolvedStack,
  type RunningPart,
} from './contract.ts';
import { Triggers } from './events/triggers.ts';
import { FunctionPool } from './functions/pool.ts';
import { type FunctionSpec, functionSpecs } from './functions/spec.ts';
import { startHttpApi } from './http/api.ts';
import { Logs } from './logs.ts';
import { Queues } from './queues.ts';
import { RightsGuard } from './rights/guard.ts';
import type { Attempt } from './rights/statement.ts';
import { RunningParts } from './running-parts.ts';
import { startCloudFormation } from './services/cloudformation.ts';
import { isWrite, type TableCall } from './services/dynamodb-front.ts';
import { Expiry } from './services/expiry.ts';
import { type LambdaOptions, startLambda } from './services/lambda.ts';
import { SecretVault } from './services/secrets.ts';
import { startServices } from './services/services.ts';
import { type Execution, Executions } from './states/executions.ts';
import { Machine } from './states/machine.ts';
import { statusEvent } from './states/status-event.ts';
import { Topics } from './topics.ts';

export interface StackOptions {
  /** Folder that the CDK app wrote. */
  readonly assembly: string;
  /** Folder for everything that is kept between starts. */
  readonly data: string;
  /** Port of the HTTP API on loopback; 0 takes any free one. */
  readonly port: number;
  readonly credentials: LocalCredentials;
  /** Who else may sign calls of the API. */
  readonly callers?: readonly LocalCaller[];
  /** Values of secrets, by the name of the output that gives the secret's id. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Milliseconds before Lambda tries an event a second and a third time. */
  readonly eventPauses?: readonly number[];
  readonly onState?: (execution: Execution, state: string) => void;
  /** Told of each event that a function puts on the event bus. */
  readonly onEvent?: (event: Readonly<Record<string, unknown>>) => void;
  /** Told of what the functions do, for whoever looks where the time goes. */
  readonly onActivity?: ((activity: Activity) => void) | undefined;
  /** Told of each invocation of a function that was answered. */
  readonly onInvocation?: ((report: InvocationReport) => void) | undefined;
  /** Told of each call of a table that a function made and that was done. */
  readonly onTableCall?: ((call: TableCall) => void) | undefined;
  /** Told when the tables' engine ended by itself: nothing works without it. */
  readonly onBroken?: (() => void) | undefined;
  /** Told, mostly many times in a row, when the disk is full. */
  readonly onDiskFull?: (() => void) | undefined;
}

export interface RunningStack extends RunningPart {
  readonly url: string;
  readonly stack: ResolvedStack;
  readonly functions: FunctionPool;
  readonly executions: Executions;
  readonly queues: Queues;
  /** `AWS_ENDPOINT_URL_…` of the services, for SDK clients. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** What a secret holds now, by the name of the output that gives its id. */
  secretOf(output: string): string;
}

/** Runs a synthesized stack on this machine until it is closed. */
export async function runStack(options: StackOptions): Promise<RunningStack> {
  mkdirSync(options.data, { recursive: true, mode: 0o700 });
  rmSync(scratchIn(options.data), { recursive: true, force: true });
  const parts = new RunningParts();
  try {
    return await startIn(parts, options);
  } catch (error) {
    await parts.close();
    throw error;
  }
}

async function startIn(parts: RunningParts, options: StackOptions): Promise<RunningStack> {
  const { data, credentials, eventPauses, onDiskFull } = options;
  const assembly = readAssembly(options.assembly);
  // Only outputs speak of the API's address, which is known once it is served.
  const stack = resolveStack(assembly, { apiEndpoint: 'http://127.0.0.1' });
  const logs = parts.add(new Logs(join(data, 'logs'), { onDiskFull }));
  const queues = parts.add(new Queues({ stack, file: join(data, 'queues.sqlite') }));
  const topics = new Topics({ stack, file: join(data, 'notices.log') });
  const vault = vaultOf(stack, options);
  const guard = guardOf(stack, logs, options);
  const executions = new Executions({
    onStatus: (execution) => triggers.publish(statusEvent(execution)),
    onState: (execution, state) => options.onState?.(execution, state),
  });

  const services = await startServices(
    {
      stack,
      data,
      credentials,
      guard,
      vault,
      queues,
      executions,
      publish: (event) => {
        triggers.publish(event);
        options.onEvent?.(event);
      },
      onTableCall: (call) => {
        if (isWrite(call)) triggers.look();
        options.onTableCall?.(call);
      },
    },
    parts,
  );
  const { engine, tables, buckets } = services;
  void services.engineEnded.then(() => {
    if (!parts.isClosing) options.onBroken?.();
  });

  const { assetFolder } = assembly;
  const specs = functionSpecs(stack, {
    assetFolder,
    credentials,
    endpoints: services.forFunctions,
  });
  const functions = parts.add(poolOf(specs, logs, options));
  for (const resource of stack.resources) {
    if (resource.type === 'AWS::StepFunctions::StateMachine') {
      executions.add(new Machine(resource, functions));
    }
  }
  parts.add({ close: async () => executions.close() });
  const ofFunctions = { stack, credentials, invoker: functions };
  const triggers = new Triggers(
    { ...ofFunctions, data, queues, topics, engine, eventPauses, onDiskFull },
    parts,
  );
  const expiry = parts.add(new Expiry({ stack, credentials, dynamodb: engine, tables, buckets }));
  const { url, endpoints } = await startForClients(parts, assembly, ofFunctions, options);

  await triggers.start();
  expiry.start();
  return {
    url,
    stack,
    functions,
    executions,
    queues,
    endpoints: { ...services.forClients, ...endpoints },
    secretOf: (output) => vault.get(stack.outputs[output] ?? '')?.text ?? '',
    close: () => parts.close(),
  };
}

/** What clients alone call: the API, functions by their names, and what the stack says of itself. */
async function startForClients(
  parts: RunningParts,
  assembly: Assembly,
  ofFunctions: LambdaOptions,
  { credentials, port, callers = [] }: StackOptions,
): Promise<Pick<RunningStack, 'url' | 'endpoints'>> {
  const { stack, invoker } = ofFunctions;
  const mayCall = [ownerWith(credentials), ...callers];
  const { url } = parts.add(await startHttpApi({ stack, invoker, callers: mayCall, port }));
  const served = resolveStack(assembly, { apiEndpoint: url });
  const [lambda, cloudFormation] = await Promise.all([
    startLambda(ofFunctions).then((part) => parts.add(part)),
    startCloudFormation({ stack: served, credentials }).then((part) => parts.add(part)),
  ]);
  const endpoints = {
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
  };
  return { url, endpoints };
}

function vaultOf(stack: ResolvedStack, { data, secrets = {} }: StackOptions): SecretVault {
  const vault = new SecretVault(join(data, 'secrets.json'));
  for (const [output, value] of Object.entries(secrets)) {
    const id = stack.outputs[output];
    if (id === undefined) throw new Error(`The stack has no output ${output}`);
    vault.put(id, value);
  }
  return vault;
}

function guardOf(stack: ResolvedStack, logs: Logs, { onActivity }: StackOptions): RightsGuard {
  const onRefused = (name: string, { action, resource }: Attempt) =>
    logs.write(name, JSON.stringify({ level: 'ERROR', message: 'refused', action, resource }));
  return new RightsGuard(stack, onRefused, onActivity);
}

function poolOf(functions: readonly FunctionSpec[], logs: Logs, options: StackOptions) {
  const { data, assembly, onActivity, onInvocation } = options;
  return new FunctionPool({
    functions,
    folders: { scratch: scratchIn(data), compiled: join(assembly, 'compiled') },
    log: (name, line) => logs.write(name, line),
    onActivity,
    onInvocation,
  });
}

/** Where functions have their temporary files. */
function scratchIn(data: string): string {
  return join(data, 'scratch');
}

/** Whoever has the credentials of the data folder. */
function ownerWith(credentials: LocalCredentials): LocalCaller {
  const userArn = `arn:aws:iam::${LOCAL_ACCOUNT}:user/local`;
  return { credentials, userArn, userId: 'AIDALOCAL' };
}
