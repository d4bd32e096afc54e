import { ExecutionAbortedError, ExecutionTimeoutError } from 'aws-local-stepfunctions';
import { ServiceError } from '../services/json-service.ts';
import type { Machine, MachineRun, StateEvent } from './machine.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface Execution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: string;
  readonly startDate: Date;
  status: ExecutionStatus;
  stopDate?: Date;
  output?: string;
  error?: string;
  cause?: string;
  /** Names of the states, in the order they were entered. */
  readonly states: string[];
  readonly history: StateEvent[];
}

export interface ExecutionsOptions {
  /** Each change of an execution's status. */
  readonly onStatus: (execution: Execution) => void;
  readonly onState: (execution: Execution, state: string) => void;
  /** How many are kept, as far as they have ended. */
  readonly most?: number;
}

/** Step Functions keeps them for 90 days. A household's stack may run for years, and one of them takes 6 kB of its memory. */
const MOST = 10_000;

/** Executions in memory, with the rules of Step Functions about names. */
export class Executions {
  private readonly options: ExecutionsOptions;
  private readonly machines = new Map<string, Machine>();
  private readonly executions = new Map<
    string,
    { readonly execution: Execution; readonly run: MachineRun }
  >();

  constructor(options: ExecutionsOptions) {
    this.options = options;
  }

  add(machine: Machine): void {
    this.machines.set(machine.arn, machine);
  }

  /** Idempotent while an execution of this name runs with the same input. */
  start(stateMachineArn: string, name: string, input: string): Execution {
    const machine = this.machines.get(stateMachineArn);
    if (machine === undefined) {
      throw new ServiceError('StateMachineDoesNotExist', 'State machine does not exist');
    }
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const before = this.executions.get(executionArn)?.execution;
    if (before !== undefined) {
      if (before.status === 'RUNNING' && before.input === input) return before;
      throw new ServiceError('ExecutionAlreadyExists', `Execution already exists: ${name}`);
    }
    const execution: Execution = {
      executionArn,
      stateMachineArn,
      name,
      input,
      startDate: new Date(),
      status: 'RUNNING',
      states: [],
      history: [],
    };
    const run = machine.run({ id: executionArn, name }, input, (event) => {
      execution.history.push(event);
      if (event.type !== 'StateEntered') return;
      execution.states.push(event.state.name);
      this.options.onState(execution, event.state.name);
    });
    this.executions.set(executionArn, { execution, run });
    this.forgetOldest();
    this.options.onStatus(execution);
    run.result.then(
      (output) => this.end(execution, { status: 'SUCCEEDED', output: JSON.stringify(output) }),
      (error) => this.end(execution, failureOf(error)),
    );
    return execution;
  }

  get(executionArn: string): Execution {
    return this.find(executionArn).execution;
  }

  /** The function of the task that runs goes on, as on AWS. */
  stop(executionArn: string): Execution {
    const { execution, run } = this.find(executionArn);
    if (execution.status === 'RUNNING') {
      run.abort();
      this.end(execution, { status: 'ABORTED' });
    }
    return execution;
  }

  list(stateMachineArn: string): readonly Execution[] {
    return [...this.executions.values()]
      .map(({ execution }) => execution)
      .filter((execution) => execution.stateMachineArn === stateMachineArn)
      .reverse();
  }

  /** Ends all of them without a word: their machine is being switched off. */
  close(): void {
    for (const { execution, run } of this.executions.values()) {
      if (execution.status === 'RUNNING') {
        execution.status = 'ABORTED';
        run.abort();
      }
    }
  }

  private forgetOldest(): void {
    for (const [arn, { execution }] of this.executions) {
      if (this.executions.size <= (this.options.most ?? MOST)) return;
      if (execution.status !== 'RUNNING') this.executions.delete(arn);
    }
  }

  private find(executionArn: string) {
    const found = this.executions.get(executionArn);
    if (found === undefined) {
      throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: ${executionArn}`);
    }
    return found;
  }

  private end(execution: Execution, how: Partial<Execution> & { status: ExecutionStatus }): void {
    if (execution.status !== 'RUNNING') return;
    Object.assign(execution, how, { stopDate: new Date() });
    this.options.onStatus(execution);
  }
}

function failureOf(error: unknown): { status: ExecutionStatus; error?: string; cause?: string } {
  if (error instanceof ExecutionAbortedError) return { status: 'ABORTED' };
  if (error instanceof ExecutionTimeoutError)
    return { status: 'TIMED_OUT', error: 'States.Timeout' };
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error
    ? { status: 'FAILED', error: inner.name, cause: inner.message }
    : { status: 'FAILED', error: 'States.Runtime' };
}
