import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ENV } from '../functions/names.ts';
import type { LogDays } from './config/retention.ts';
import { HANDLERS, type HandlerKey, type HandlerSpec } from './handlers.ts';
import { logGroup } from './log-group.ts';

export type EnvironmentName = (typeof ENV)[keyof typeof ENV];

export interface FunctionsProps {
  /** Folder with one bundled asset a handler. */
  readonly bundles: string;
  /** Values of the environment that are known before the state machine is. */
  readonly environment: Readonly<Partial<Record<EnvironmentName, string>>>;
  readonly logDays: LogDays;
  /** Whether X-Ray is told of invocations. */
  readonly tracing: boolean;
}

/**
 * Of the C library that Lambda's Node runs on (mallopt(3)): large pieces are the system's again as soon as they are freed,
 * and threads share two arenas. Budgets are unpacked, copied and packed in pieces of many megabytes, of which it would
 * keep more for every budget that is opened.
 */
const FREED_AT_ONCE = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072' };

/** One function a handler, each with a role and a log group of its own. */
export class Functions extends Construct {
  private readonly made: ReadonlyMap<HandlerKey, lambda.Function>;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const keys = Object.keys(HANDLERS).filter((key): key is HandlerKey => key in HANDLERS);
    this.made = new Map(keys.map((key) => [key, this.make(HANDLERS[key], props)]));
  }

  get(key: HandlerKey): lambda.Function {
    const found = this.made.get(key);
    if (found === undefined) throw new Error(`No function for the handler ${key}`);
    return found;
  }

  /** Gives a value to every function that reads it. */
  provide(name: EnvironmentName, value: string): void {
    for (const [key, made] of this.made) {
      const spec: HandlerSpec = HANDLERS[key];
      if (spec.environment.includes(name)) made.addEnvironment(name, value);
    }
  }

  private make(spec: HandlerSpec, props: FunctionsProps): lambda.Function {
    const id = `${pascalCase(spec.name)}Function`;
    const known = spec.environment.flatMap((name) => {
      const value = props.environment[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    const logs = logGroup(this, `${id}Logs`, props.logDays);
    // Of its own, and without AWS's policy for functions, which lets each write into every log group.
    const role = new Role(this, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    logs.grantWrite(role);
    return new lambda.Function(this, id, {
      role,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(join(props.bundles, spec.name)),
      memorySize: spec.memoryMb,
      timeout: Duration.seconds(spec.timeoutSeconds),
      environment: {
        ...Object.fromEntries(known),
        ...(spec.holdsBudgets === true ? FREED_AT_ONCE : {}),
      },
      logGroup: logs,
      tracing: props.tracing ? lambda.Tracing.ACTIVE : lambda.Tracing.DISABLED,
    });
  }
}

function pascalCase(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_match, _dash, letter: string) => letter.toUpperCase());
}
