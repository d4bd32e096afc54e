import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import type {
  FunctionInvoker,
  InvocationResult,
  LocalCredentials,
  Resource,
  RunningPart,
} from '../../local/runtime/contract.ts';
import { Streams } from '../../local/runtime/events/streams.ts';
import { type FunctionSpec, functionSpecs } from '../../local/runtime/functions/spec.ts';
import { RightsGuard } from '../../local/runtime/rights/guard.ts';
import { startDynamoDb } from '../../local/runtime/services/dynamodb.ts';
import { startEventBridge } from '../../local/runtime/services/eventbridge.ts';
import { Executions } from '../../local/runtime/states/executions.ts';
import { Machine } from '../../local/runtime/states/machine.ts';
import { startStates } from '../../local/runtime/states/service.ts';
import { readAssembly } from '../../local/template/assembly.ts';
import { resolveStack } from '../../local/template/resolve.ts';
import { lambdaContext } from '../../test/handlers/gateway.ts';
import { batchesAtOnce, inParts } from './parallel-batches.ts';

/**
 * The synthesized stack with all its functions in this one process: what starts and ends jobs, on the embedded engine, by
 * the template's own table, event sources and state machine. A process for each function, as `npm start` has it, would
 * measure this machine's processes.
 */

export type Handler = (event: unknown, context: Context) => Promise<unknown>;

export type Call = (event: unknown) => Promise<unknown>;

export interface OneProcess extends RunningPart {
  /** Calls a function, by its name without the construct's own and the hash. */
  call(name: string, event: unknown): Promise<unknown>;
  /** A function loaded once more, with some other variables. @returns what calls it. */
  loaded(name: string, environment: Readonly<Record<string, string>>): Call;
  readonly tableName: string;
  /** Address of the engine. */
  readonly engine: string;
  /** Begins to deliver what the table's stream has. */
  deliver(): Promise<void>;
}

export interface OneProcessOptions {
  /** Folder that the CDK app wrote. */
  readonly assembly: string;
  /** Folder for the table. */
  readonly data: string;
  /** What is run in place of functions, by their names; made when the environment is that of the function. */
  readonly inPlaceOf: Readonly<Record<string, () => Promise<Handler>>>;
  /** Told of each event that is put on the event bus. */
  readonly onEvent: (event: Readonly<Record<string, unknown>>) => void;
}

/** Nobody tells the streams here that something was written. */
const IDLE_MS = 20;

const CREDENTIALS: LocalCredentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };

export async function startOneProcess(options: OneProcessOptions): Promise<OneProcess> {
  const assembly = readAssembly(options.assembly);
  const stack = resolveStack(assembly, { apiEndpoint: 'http://127.0.0.1' });
  const guard = new RightsGuard(stack);
  const executions = new Executions({ onStatus: () => {}, onState: () => {} });
  const [dynamodb, states, events] = await Promise.all([
    startDynamoDb({ stack, file: join(options.data, 'table.sqlite'), credentials: CREDENTIALS }),
    startStates({ executions, credentials: CREDENTIALS, guard }),
    startEventBridge({ publish: options.onEvent, credentials: CREDENTIALS, guard }),
  ]);
  const specs = functionSpecs(stack, {
    assetFolder: assembly.assetFolder,
    credentials: CREDENTIALS,
    endpoints: {
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
      AWS_ENDPOINT_URL_SFN: states.url,
      AWS_ENDPOINT_URL_EVENTBRIDGE: events.url,
    },
  });
  const functions = new InProcess(specs, options.inPlaceOf);
  for (const resource of ofType(stack.resources, 'AWS::StepFunctions::StateMachine')) {
    executions.add(new Machine(resource, functions));
  }
  const streams = new Streams({
    stack,
    invoker: inParts(functions, batchesAtOnce(stack.resources)),
    checkpoints: new Map<string, string>(),
    queues: {
      send: (queue, letter) => {
        throw new Error(`A record was set aside to ${queue}: ${letter}`);
      },
    },
    credentials: CREDENTIALS,
    endpoint: dynamodb.url,
    idleMilliseconds: IDLE_MS,
  });
  const [table] = ofType(stack.resources, 'AWS::DynamoDB::GlobalTable');
  return {
    engine: dynamodb.url,
    tableName: String(table?.physicalId),
    call: (name, event) => functions.call(name, event),
    loaded: (name, environment) => functions.loaded(name, environment),
    deliver: () => streams.start(),
    async close() {
      await streams.close();
      executions.close();
      await Promise.all([dynamodb.close(), states.close(), events.close()]);
    },
  };
}

function ofType(resources: readonly Resource[], type: string): readonly Resource[] {
  return resources.filter((resource) => resource.type === type);
}

/** Functions by their bundles, each loaded at its first call, with the variables that it has. */
class InProcess implements FunctionInvoker {
  private readonly handlers = new Map<string, Promise<Handler>>();
  private readonly specs: readonly FunctionSpec[];
  private readonly inPlaceOf: OneProcessOptions['inPlaceOf'];

  constructor(specs: readonly FunctionSpec[], inPlaceOf: OneProcessOptions['inPlaceOf']) {
    this.specs = specs;
    this.inPlaceOf = inPlaceOf;
  }

  async invoke(nameOrArn: string, payload: unknown): Promise<InvocationResult> {
    const name = /:function:([^:]+)/.exec(nameOrArn)?.[1] ?? nameOrArn;
    const handler = await this.handlerOf(this.specOf((spec) => spec.name === name, name));
    try {
      // By value, as over the wire.
      const answer = await handler(JSON.parse(JSON.stringify(payload)), lambdaContext());
      return { kind: 'success', payload: answer };
    } catch (error) {
      const { name: errorType, message: errorMessage } =
        error instanceof Error ? error : new Error(String(error));
      return { kind: 'error', error: { errorType, errorMessage } };
    }
  }

  async call(name: string, event: unknown): Promise<unknown> {
    const handler = await this.handlerOf(this.specNamed(name));
    return handler(event, lambdaContext());
  }

  loaded(name: string, environment: Readonly<Record<string, string>>): Call {
    const spec = this.specNamed(name);
    const handler = bundled(spec, { ...spec.environment, ...environment });
    return (event) => handler(event, lambdaContext());
  }

  private specNamed(name: string): FunctionSpec {
    return this.specOf((spec) => isOf(spec.name, name), name);
  }

  private specOf(wanted: (spec: FunctionSpec) => boolean, name: string): FunctionSpec {
    const found = this.specs.find(wanted);
    if (found === undefined) throw new Error(`The stack has no function ${name}`);
    return found;
  }

  private handlerOf(spec: FunctionSpec): Promise<Handler> {
    const loaded = this.handlers.get(spec.name) ?? this.load(spec);
    this.handlers.set(spec.name, loaded);
    return loaded;
  }

  private async load(spec: FunctionSpec): Promise<Handler> {
    const other = Object.entries(this.inPlaceOf).find(([name]) => isOf(spec.name, name));
    if (other === undefined) return bundled(spec, spec.environment);
    takeOn(spec.environment);
    return other[1]();
  }
}

/** The variables of a function, whose calls here are the owner's, who may do everything. */
function takeOn({ AWS_SESSION_TOKEN: _, ...environment }: Readonly<Record<string, string>>): void {
  Object.assign(process.env, environment);
}

function bundled(spec: FunctionSpec, environment: Readonly<Record<string, string>>): Handler {
  takeOn(environment);
  const require = createRequire(import.meta.url);
  const file = join(spec.folder, 'index.cjs');
  delete require.cache[file];
  return handlerIn(require(file));
}

function isOf(physicalName: string, name: string): boolean {
  return new RegExp(`^Functions${name}Function[0-9A-F]{8}$`).test(physicalName);
}

function handlerIn(bundle: unknown): Handler {
  if (typeof bundle === 'object' && bundle !== null && 'handler' in bundle) {
    const { handler } = bundle;
    if (isHandler(handler)) return handler;
  }
  throw new Error('A bundle without a handler');
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}
