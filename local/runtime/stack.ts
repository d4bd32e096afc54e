import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readAssembly } from '../template/assembly.ts';
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
import { Checkpoints } from './events/checkpoints.ts';
import { Rules } from './events/rules.ts';
import { Schedules } from './events/schedules.ts';
import { Streams } from './events/streams.ts';
import { Asynchronous } from './functions/asynchronous.ts';
import { FunctionPool } from './functions/pool.ts';
import { functionSpec } from './functions/spec.ts';
import { startHttpApi } from './http/api.ts';
import { Logs } from './logs.ts';
import { Queues } from './queues.ts';
import { RightsGuard } from './rights/guard.ts';
import { startCloudFormation } from './services/cloudformation.ts';
import { startDynamoDb } from './services/dynamodb.ts';
import { isWrite, startDynamoDbFront, type TableCall } from './services/dynamodb-front.ts';
import { startEventBridge } from './services/eventbridge.ts';
import { Expiry } from './services/expiry.ts';
import { startLambda } from './services/lambda.ts';
import { startS3 } from './services/s3.ts';
import { SecretVault, startSecrets } from './services/secrets.ts';
import { startSqs } from './services/sqs.ts';
import { type Execution, Executions } from './states/executions.ts';
import { Machine } from './states/machine.ts';
import { startStates } from './states/service.ts';
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
  const { data, credentials, onDiskFull } = options;
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const scratch = join(data, 'scratch');
  rmSync(scratch, { recursive: true, force: true });

  const assembly = readAssembly(options.assembly);
  // Only outputs speak of the API's address, which is known once it is served.
  const stack = resolveStack(assembly, { apiEndpoint: 'http://127.0.0.1' });
  const parts: RunningPart[] = [];
  let closing = false;
  const close = async () => {
    closing = true;
    await Promise.all(parts.map((part) => part.close()));
  };
  const running = <Part extends RunningPart>(part: Part): Part => {
    parts.push(part);
    return part;
  };

  try {
    const logs = running(new Logs(join(data, 'logs'), { onDiskFull }));
    const queues = running(new Queues({ stack, file: join(data, 'queues.sqlite') }));
    const topics = new Topics({ stack, file: join(data, 'notices.log') });
    const vault = new SecretVault(join(data, 'secrets.json'));
    for (const [output, value] of Object.entries(options.secrets ?? {})) {
      const id = stack.outputs[output];
      if (id === undefined) throw new Error(`The stack has no output ${output}`);
      vault.put(id, value);
    }
    const executions = new Executions({
      onStatus: (execution) => rules.publish(statusEvent(execution)),
      onState: (execution, state) => options.onState?.(execution, state),
    });
    const buckets = join(data, 'buckets');
    const tables = join(data, 'dynamodb.sqlite');
    const publish = (event: Readonly<Record<string, unknown>>) => {
      rules.publish(event);
      options.onEvent?.(event);
    };
    const guard = new RightsGuard(
      stack,
      (name, { action, resource }) =>
        logs.write(name, JSON.stringify({ level: 'ERROR', message: 'refused', action, resource })),
      options.onActivity,
    );
    const [dynamodb, s3, secrets, states, sqs, events] = await Promise.all([
      startDynamoDb({ stack, file: tables, credentials }).then(running),
      startS3({ stack, folder: buckets, credentials, guard }).then(running),
      startSecrets({ stack, vault, credentials, guard }).then(running),
      startStates({ executions, credentials, guard }).then(running),
      startSqs({ queues, credentials }).then(running),
      startEventBridge({ publish, credentials, guard }).then(running),
    ]);
    void dynamodb.exited.then(() => {
      if (!closing) options.onBroken?.();
    });
    const endpoints = {
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
      AWS_ENDPOINT_URL_S3: s3.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
      AWS_ENDPOINT_URL_SFN: states.url,
      AWS_ENDPOINT_URL_EVENTBRIDGE: events.url,
    };
    const onCall = (call: TableCall) => {
      if (isWrite(call)) streams.look();
      options.onTableCall?.(call);
    };
    const { url: engine } = dynamodb;
    const front = running(await startDynamoDbFront({ stack, engine, credentials, guard, onCall }));
    const forFunctions = { ...endpoints, AWS_ENDPOINT_URL_DYNAMODB: front.url };
    const specs = stack.resources
      .filter(({ type }) => type === 'AWS::Lambda::Function')
      .map((resource) =>
        functionSpec(resource, {
          assetFolder: assembly.assetFolder,
          credentials,
          endpoints: forFunctions,
        }),
      );
    const functions = running(
      new FunctionPool({
        functions: specs,
        folders: { scratch, compiled: join(options.assembly, 'compiled') },
        log: (name, line) => logs.write(name, line),
        onActivity: options.onActivity,
        onInvocation: options.onInvocation,
      }),
    );
    const asynchronous = running(
      new Asynchronous({
        stack,
        invoker: functions,
        queues,
        file: join(data, 'events.sqlite'),
        pauses: options.eventPauses,
      }),
    );
    for (const resource of stack.resources) {
      if (resource.type === 'AWS::StepFunctions::StateMachine') {
        executions.add(new Machine(resource, functions));
      }
    }
    parts.push({ close: async () => executions.close() });
    const rules = running(new Rules({ stack, functions: asynchronous, topics, onDiskFull }));
    const schedules = running(
      new Schedules({
        stack,
        functions: asynchronous,
        positions: new Checkpoints(join(data, 'schedules.json')),
      }),
    );
    const http = running(
      await startHttpApi({
        stack,
        invoker: functions,
        callers: [ownerWith(credentials), ...(options.callers ?? [])],
        port: options.port,
      }),
    );
    const streams = running(
      new Streams({
        stack,
        invoker: functions,
        checkpoints: new Checkpoints(join(data, 'checkpoints.json')),
        queues,
        credentials,
        endpoint: engine,
      }),
    );
    const expiry = running(new Expiry({ stack, credentials, dynamodb: engine, tables, buckets }));
    const served = resolveStack(assembly, { apiEndpoint: http.url });
    const [lambda, cloudFormation] = await Promise.all([
      startLambda({ stack, invoker: functions, credentials }).then(running),
      startCloudFormation({ stack: served, credentials }).then(running),
    ]);
    asynchronous.start();
    await streams.start();
    expiry.start();
    rules.start();
    schedules.start();
    const secretOf = (output: string) => vault.get(stack.outputs[output] ?? '')?.text ?? '';
    return {
      url: http.url,
      stack,
      functions,
      executions,
      queues,
      endpoints: {
        ...endpoints,
        AWS_ENDPOINT_URL_SQS: sqs.url,
        AWS_ENDPOINT_URL_LAMBDA: lambda.url,
        AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
      },
      secretOf,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whoever has the credentials of the data folder. */
function ownerWith(credentials: LocalCredentials): LocalCaller {
  const userArn = `arn:aws:iam::${LOCAL_ACCOUNT}:user/local`;
  return { credentials, userArn, userId: 'AIDALOCAL' };
}
