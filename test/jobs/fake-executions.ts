import { type ExecutionId, executionId, type JobId } from '../../functions/domain/ids.ts';
import type { ExecutionState } from '../../functions/jobs/dispatch.ts';

/** Step Functions as the use cases know it: executions by name, idempotent starts. */
export class FakeExecutions {
  readonly states = new Map<ExecutionId, ExecutionState>();
  readonly started: JobId[] = [];
  readonly stopped: ExecutionId[] = [];
  /** When set, every call fails with it. */
  fault: Error | undefined;
  /** The state machine's name. */
  machine = 'JobWorkflow';

  idOf(jobId: JobId): ExecutionId {
    return executionId(`execution:${this.machine}:${jobId}`);
  }

  async start(job: { readonly id: JobId }): Promise<'started' | 'exists'> {
    if (this.fault) throw this.fault;
    const state = this.states.get(this.idOf(job.id));
    if (state !== undefined && state.status !== 'running') return 'exists';
    if (state === undefined) this.started.push(job.id);
    this.states.set(this.idOf(job.id), { status: 'running' });
    return 'started';
  }

  async describe(id: ExecutionId): Promise<ExecutionState | undefined> {
    if (this.fault) throw this.fault;
    return this.states.get(id);
  }

  async stop(id: ExecutionId): Promise<void> {
    if (this.fault) throw this.fault;
    this.stopped.push(id);
    if (this.states.get(id)?.status === 'running') this.states.set(id, { status: 'aborted' });
  }
}
