import { BatchGetCommand, QueryCommand, type TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { ExecutionsClient } from '../../../functions/handlers/adapters/executions.ts';
import type { TableClient } from '../../../functions/store/table.ts';
import type { LateTable } from '../table/late-table.ts';
import type { Answer, BatchAnswer } from '../table/memory-table.ts';
import type { Process } from './process.ts';
import type { ExecutionsCommand, StepFunctions } from './step-functions.ts';

/** What the product's adapters send their requests through: each request is a call of the process that sends it. */

export class TableCalls implements TableClient {
  private readonly table: LateTable;
  private readonly process: Process;

  constructor(table: LateTable, process: Process) {
    this.table = table;
    this.process = process;
  }

  send(command: TransactWriteCommand): Promise<unknown>;
  send(command: QueryCommand): Promise<Answer>;
  send(command: BatchGetCommand): Promise<BatchAnswer>;
  send(command: TransactWriteCommand | QueryCommand | BatchGetCommand): Promise<unknown> {
    const { process, table } = this;
    if (command instanceof QueryCommand) {
      return process.call(
        () => describeQuery(command),
        () => table.query(command.input),
      );
    }
    if (command instanceof BatchGetCommand) {
      return process.call(
        () => `batch ${JSON.stringify(command.input.RequestItems)}`,
        () => table.batch(command.input),
      );
    }
    return this.transact(command);
  }

  private async transact(command: TransactWriteCommand): Promise<void> {
    const { process, table } = this;
    const seenAfter = await process.call(
      () => describeTransaction(command),
      () => {
        table.writer = process.name;
        table.transact(command.input);
        return table.seenAfter;
      },
      'transaction',
    );
    if (seenAfter > 0) await process.sleep(seenAfter);
  }
}

export function executionsClient(service: StepFunctions, process: Process): ExecutionsClient {
  return {
    send: (command: ExecutionsCommand) =>
      process.call(
        () => `${command.constructor.name} ${JSON.stringify(command.input)}`,
        () => service.answer(command),
      ),
  };
}

function describeQuery({ input }: QueryCommand): string {
  return `query ${Object.values(input.ExpressionAttributeValues ?? {}).join(' ')}`;
}

function describeTransaction({ input }: TransactWriteCommand): string {
  const parts = (input.TransactItems ?? []).map(({ Put, Update, Delete, ConditionCheck }) => {
    const { PK, SK } = Put?.Item ?? (Update ?? Delete ?? ConditionCheck)?.Key ?? {};
    const kind = Put ? 'put' : Update ? 'update' : Delete ? 'delete' : 'check';
    return `${kind} ${PK} ${SK}`;
  });
  return `transaction (${parts.join(', ')})`;
}
