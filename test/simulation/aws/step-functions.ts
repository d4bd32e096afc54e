import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  StartExecutionCommand,
  type StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Random } from '../random.ts';
import type { VirtualTime } from '../time.ts';
import { type Execution, type ExecutionStatus, scopeOf } from './execution.ts';
import type { InvocationResult } from './lambda.ts';
import {
  chosen,
  type Definition,
  filled,
  isFor,
  longestWait,
  type Scope,
  type TaskState,
  valueAt,
  withResult,
} from './states-language.ts';

export type ExecutionsCommand =
  | StartExecutionCommand
  | DescribeExecutionCommand
  | StopExecutionCommand;

/** States take so long to be entered, milliseconds. */
const STEP_MS = 30;

export interface StepFunctionsOptions {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly trace: (line: () => string) => void;
  readonly definition: Definition;
  readonly stateMachineArn: string;
  /** Invokes a function by its name; the answer comes once. */
  readonly invoke: (
    functionName: string,
    payload: unknown,
    answer: (result: InvocationResult) => void,
  ) => void;
  /** Told of each execution that ended. */
  readonly onEnded: (execution: Execution) => void;
}

/** Step Functions with one state machine, in virtual time. */
export class StepFunctions {
  readonly executions = new Map<string, Execution>();
  private readonly options: StepFunctionsOptions;
  private machines = 1;
  /** Names of executions of machines that are not there any more; a call of theirs may be under way still. */
  readonly gone = new Set<string>();

  constructor(options: StepFunctionsOptions) {
    this.options = options;
  }

  /** Answers a request of the SDK, at once. */
  answer(command: ExecutionsCommand): { readonly status?: ExecutionStatus } {
    if (command instanceof StartExecutionCommand) {
      return this.start(command.input.name ?? '', command.input.input ?? '');
    }
    if (command instanceof DescribeExecutionCommand) {
      return { status: this.existing(command.input.executionArn).status };
    }
    this.stop(this.existing(command.input.executionArn));
    return {};
  }

  /** Idempotent while an execution of that name runs with the same input. */
  start(name: string, input: string): Record<string, never> {
    const before = this.executions.get(name);
    if (before !== undefined) {
      if (before.status === 'RUNNING' && before.input === input) return {};
      throw new ExecutionAlreadyExists({ message: 'Execution exists', $metadata: {} });
    }
    const { stateMachineArn } = this;
    const { definition, time } = this.options;
    const execution: Execution = {
      name,
      arn: `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`,
      input,
      startedAt: time.now,
      status: 'RUNNING',
      redriveCount: 0,
      state: definition.StartAt,
      data: JSON.parse(input),
      life: 0,
    };
    this.executions.set(name, execution);
    this.live(execution);
    return {};
  }

  /** As in the console, or by cancel: what its functions do is not stopped. */
  stop(execution: Execution): void {
    if (execution.status === 'RUNNING') this.end(execution, 'ABORTED');
  }

  /** A stack is deployed anew, and its state machine has another name: nobody hears how the executions before it ended. */
  replaceMachine(): void {
    this.machines += 1;
    for (const execution of this.executions.values()) {
      execution.life += 1;
      this.gone.add(execution.name);
    }
    this.executions.clear();
  }

  get stateMachineArn(): string {
    const { stateMachineArn } = this.options;
    return this.machines === 1 ? stateMachineArn : `${stateMachineArn}-${this.machines}`;
  }

  /** As in the console: goes on at the state that failed. */
  redrive(execution: Execution): void {
    if (this.executions.get(execution.name) !== execution) return;
    execution.status = 'RUNNING';
    execution.redriveCount += 1;
    execution.life += 1;
    this.live(execution);
  }

  private existing(arn = ''): Execution {
    const execution = this.executions.get(arn.slice(arn.lastIndexOf(':') + 1));
    if (execution === undefined) {
      throw new ExecutionDoesNotExist({ message: 'No such execution', $metadata: {} });
    }
    return execution;
  }

  private live(execution: Execution): void {
    const { time, definition } = this.options;
    const { life } = execution;
    time.after(definition.TimeoutSeconds * 1000, () => {
      if (execution.life === life && execution.status === 'RUNNING') {
        this.end(execution, 'TIMED_OUT');
      }
    });
    this.enter(execution, execution.state, execution.data);
  }

  private enter(execution: Execution, name: string, data: unknown): void {
    const { life } = execution;
    this.options.time.after(STEP_MS, () => {
      if (execution.life !== life) return;
      execution.state = name;
      execution.data = data;
      this.run(execution, name, data);
    });
  }

  private run(execution: Execution, name: string, data: unknown): void {
    const state = this.options.definition.States[name];
    this.options.trace(() => `execution ${execution.name}: ${name}`);
    const scope = scopeOf(execution, data);
    switch (state?.Type) {
      case 'Choice':
        this.enter(execution, chosen(state, scope), data);
        break;
      case 'Pass':
        this.enter(execution, state.Next, withResult(data, state.ResultPath, state.Result));
        break;
      case 'Fail':
        this.options.trace(
          () => `execution ${execution.name} failed: ${valueAt(state.ErrorPath, scope)}`,
        );
        this.end(execution, 'FAILED');
        break;
      case 'Task':
        this.attempt(execution, state, scope, new Map());
        break;
      case undefined:
        throw new Error(`The definition has no state ${name}`);
    }
  }

  /** @param attempts so far, by the place of their retrier. */
  private attempt(
    execution: Execution,
    state: TaskState,
    scope: Scope,
    attempts: ReadonlyMap<number, number>,
  ): void {
    const { life } = execution;
    const { FunctionName, Payload } = state.Parameters;
    const functionName = FunctionName.slice(FunctionName.lastIndexOf(':') + 1);
    this.options.invoke(functionName, filled(Payload, scope), (result) => {
      if (execution.life !== life) return;
      if (result.kind === 'failed') {
        this.fail(execution, state, scope, attempts, result);
        return;
      }
      const selected = filled(state.ResultSelector, {
        data: { Payload: result.payload },
        context: scope.context,
      });
      const data = withResult(scope.data, state.ResultPath, selected);
      if (state.Next === undefined) this.end(execution, 'SUCCEEDED');
      else this.enter(execution, state.Next, data);
    });
  }

  private fail(
    execution: Execution,
    state: TaskState,
    scope: Scope,
    attempts: ReadonlyMap<number, number>,
    failure: Extract<InvocationResult, { readonly kind: 'failed' }>,
  ): void {
    const { time, random } = this.options;
    const { life } = execution;
    const place = state.Retry.findIndex((retrier) => isFor(failure.error, retrier));
    const retrier = state.Retry[place];
    const before = attempts.get(place) ?? 0;
    if (retrier !== undefined && before < retrier.MaxAttempts) {
      const longest = longestWait(retrier, before) * 1000;
      const wait = retrier.JitterStrategy === 'FULL' ? random.int(0, longest) : longest;
      time.after(wait, () => {
        if (execution.life !== life) return;
        this.attempt(execution, state, scope, new Map(attempts).set(place, before + 1));
      });
      return;
    }
    const catcher = state.Catch.find((one) => isFor(failure.error, one));
    if (catcher === undefined) {
      this.end(execution, 'FAILED');
      return;
    }
    const caught = { Error: failure.error, Cause: failure.cause };
    this.enter(execution, catcher.Next, withResult(scope.data, catcher.ResultPath, caught));
  }

  private end(execution: Execution, status: Exclude<ExecutionStatus, 'RUNNING'>): void {
    execution.status = status;
    execution.life += 1;
    this.options.trace(() => `execution ${execution.name}: ${status}`);
    this.options.onEnded(execution);
  }
}
