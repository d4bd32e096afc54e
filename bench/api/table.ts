import { SFNClient } from '@aws-sdk/client-sfn';
import {
  type BatchGetCommand,
  DynamoDBDocumentClient,
  type QueryCommand,
  type TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { MemoryTable } from '../../test/simulation/table/memory-table.ts';

/**
 * A table in memory in the place of the SDK: every client of the process asks it, and what it takes to answer is counted
 * apart, so that what is left of a request is our own work.
 */

export interface Asked {
  /** Calls of the table. */
  readonly calls: number;
  /** Calls of Step Functions. */
  readonly executions: number;
  /** What the answers took. */
  readonly milliseconds: number;
}

export class StandIn {
  readonly table = new MemoryTable();
  private calls = 0;
  private executions = 0;
  private milliseconds = 0;

  /** Takes the SDK's place in this process, for good. */
  install(): void {
    const answer = (
      command: QueryCommand & TransactWriteCommand & BatchGetCommand,
    ): Promise<unknown> => {
      const begun = performance.now();
      this.calls += 1;
      // Answered before the promise is given out: none of the table's work comes later.
      const answered = this.table.send(command);
      this.milliseconds += performance.now() - begun;
      return answered;
    };
    Object.defineProperty(DynamoDBDocumentClient.prototype, 'send', { value: answer });
    Object.defineProperty(SFNClient.prototype, 'send', {
      value: async () => {
        this.executions += 1;
        return {};
      },
    });
  }

  /** What was asked since the last time. */
  take(): Asked {
    const { calls, executions, milliseconds } = this;
    this.calls = 0;
    this.executions = 0;
    this.milliseconds = 0;
    return { calls, executions, milliseconds };
  }
}
