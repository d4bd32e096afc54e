import type { Scope } from './states-language.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface Execution {
  readonly name: string;
  readonly arn: string;
  readonly input: string;
  readonly startedAt: number;
  status: ExecutionStatus;
  redriveCount: number;
  /** The state it is in or ended in, and the data there. */
  state: string;
  data: unknown;
  /** Raised whenever it is stopped or redriven: what was under way for it before counts no more. */
  life: number;
}

/** What the paths of a state's definition see of its execution. */
export function scopeOf(execution: Execution, data: unknown): Scope {
  const { arn, name, redriveCount } = execution;
  return {
    data,
    context: { Execution: { Id: arn, Name: name, RedriveCount: redriveCount } },
  };
}
