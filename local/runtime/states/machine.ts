import {
  ExecutionAbortedError,
  ExecutionTimeoutError,
  StateMachine,
  type StateMachineDefinition,
} from 'aws-local-stepfunctions';
import type { FunctionError, FunctionInvoker, Resource } from '../contract.ts';

/** A state machine of the template, run by its own definition; its tasks call the functions. */

/** What happened to one state of an execution, as its history keeps it. */
export interface StateEvent {
  readonly type: 'StateEntered' | 'StateExited' | 'StateFailed' | 'StateRetried' | 'StateCaught';
  readonly state: {
    readonly name: string;
    readonly type: string;
    readonly input: unknown;
    readonly output?: unknown;
  };
}

export interface MachineRun {
  /** The output; rejects with an error whose name is the execution's error. */
  readonly result: Promise<unknown>;
  abort(): void;
}

const LAMBDA_INVOKE = 'arn:aws:states:::lambda:invoke';

/** A definition that this machine cannot run. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
}

export class Machine {
  readonly arn: string;
  private readonly definition: StateMachineDefinition;
  private readonly machine: StateMachine;
  private readonly invoker: FunctionInvoker;

  /** @throws DefinitionError when the definition uses what the interpreter would run wrongly, in silence. */
  constructor(resource: Resource, invoker: FunctionInvoker) {
    this.arn = resource.arn;
    this.invoker = invoker;
    this.definition = JSON.parse(String(resource.properties.DefinitionString));
    if (JSON.stringify(this.definition).includes('"QueryLanguage":"JSONata"')) {
      throw new DefinitionError(`${resource.logicalId}: the local stack runs JSONPath only.`);
    }
    this.machine = new StateMachine(withAmazonsTimeLimits(this.definition), {
      validationOptions: { checkArn: false },
    });
  }

  /** @param input JSON text. */
  run(
    execution: { readonly id: string; readonly name: string },
    input: string,
    onEvent: (event: StateEvent) => void,
  ): MachineRun {
    const states = Object.entries(this.definition.States);
    const tasks = states.filter(([, state]) => state.Type === 'Task');
    let over: ExecutionAbortedError | ExecutionTimeoutError | undefined;
    const run = this.machine.run(JSON.parse(input), {
      overrides: {
        taskResourceLocalHandlers: Object.fromEntries(
          tasks.map(([name, state]) => [
            name,
            async (parameters: unknown) => {
              // The end of an execution cuts its waits short, and what was waited for would be tried.
              if (over !== undefined) throw over;
              return this.task(name, 'Resource' in state ? state.Resource : '', parameters);
            },
          ]),
        ),
      },
      context: {
        Execution: { Id: execution.id, Name: execution.name, RedriveCount: 0 },
        StateMachine: { Id: this.arn },
      },
    });
    void report(run.eventLogs, onEvent);
    const end = (why: NonNullable<typeof over>) => {
      over = why;
      run.abort();
    };
    const { TimeoutSeconds = LONGEST_TIMER_SECONDS } = this.definition;
    const timer = setTimeout(() => end(new ExecutionTimeoutError()), TimeoutSeconds * 1000);
    const result = run.result
      .catch((error: unknown) => {
        throw over ?? error;
      })
      .finally(() => clearTimeout(timer));
    return { result, abort: () => end(new ExecutionAbortedError()) };
  }

  private async task(state: string, resource: unknown, parameters: unknown) {
    if (resource !== LAMBDA_INVOKE || typeof parameters !== 'object' || parameters === null) {
      throw new DefinitionError(`${state}: the local stack runs ${LAMBDA_INVOKE} only.`);
    }
    const { FunctionName, Payload } = { FunctionName: '', Payload: null, ...parameters };
    const result = await this.invoker.invoke(String(FunctionName), Payload);
    if (result.kind === 'throttled') throw new TaskError(THROTTLED);
    if (result.kind === 'error') throw new TaskError(result.error);
    // By value, as over the wire.
    return JSON.parse(JSON.stringify({ StatusCode: 200, Payload: result.payload }));
  }
}

/**
 * A task that says nothing of it has no limit of its own on AWS; the interpreter would end it after a minute. That of a whole
 * execution is kept here.
 */
function withAmazonsTimeLimits({
  TimeoutSeconds: _kept,
  ...definition
}: StateMachineDefinition): StateMachineDefinition {
  const states = Object.entries(definition.States).map(([name, state]) => [
    name,
    state.Type === 'Task' && !('TimeoutSeconds' in state) && !('TimeoutSecondsPath' in state)
      ? { ...state, TimeoutSeconds: LONGEST_TIMER_SECONDS }
      : state,
  ]);
  return { ...definition, States: Object.fromEntries(states) };
}

/** As long as a timer of Node can wait. */
const LONGEST_TIMER_SECONDS = Math.floor((2 ** 31 - 1) / 1000);

/** As Step Functions names an exception of the Lambda service. */
const THROTTLED: FunctionError = {
  errorType: 'Lambda.TooManyRequestsException',
  errorMessage: 'Rate Exceeded.',
};

/** As Step Functions sees a function's error: its type as name, all of it as the cause. */
class TaskError extends Error {
  override readonly name: string;

  constructor(error: FunctionError) {
    super(JSON.stringify(error));
    this.name = error.errorType;
  }
}

async function report(
  events: ReturnType<StateMachine['run']>['eventLogs'],
  onEvent: (event: StateEvent) => void,
): Promise<void> {
  for await (const event of events) {
    if ('state' in event) onEvent(event);
  }
}
