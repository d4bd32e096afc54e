import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import {
  DataFolderError,
  LOCAL_REGION,
  type LocalCredentials,
  type ResolvedStack,
  type Resource,
} from '../contract.ts';
import { overwriteDeletedRows } from './deleted-rows.ts';
import { isFree, placeClosedToPages } from './free-port.ts';
import { type GuardedProcess, startGuarded } from './guarded-process.ts';
import { indexStreamRecords } from './stream-records.ts';

/**
 * The embedded DynamoDB engine, with the stack's tables in one file. It looks at no signature, and lets pages of any origin call
 * (dynoxide 1.2.1): hence a port that browsers refuse.
 */

export const TABLE_TYPES: readonly string[] = [
  'AWS::DynamoDB::Table',
  'AWS::DynamoDB::GlobalTable',
];

/** An installation without the engine for this machine; the message is a sentence for its owner. */
export class EngineMissingError extends DataFolderError {
  override readonly name = 'EngineMissingError';

  constructor() {
    super(
      `The tables' engine for this machine is not installed: npm leaves it out without a word where its registry has no @dynoxide/${process.platform}-${process.arch}, or with --omit=optional. Run npm ci again, with a registry that has it.`,
    );
  }
}

/** A data folder whose tables are not those of the template. */
export class TableMismatchError extends DataFolderError {
  override readonly name = 'TableMismatchError';
}

/**
 * @throws EngineMissingError when there is none for this machine.
 * @throws TableMismatchError when a table on disk has other keys or indexes than the template's.
 * @throws DataFolderError when the engine cannot be started on the file.
 */
export async function startDynamoDb(options: {
  readonly stack: ResolvedStack;
  readonly file: string;
  readonly credentials: LocalCredentials;
  /** The engine's binary; the one that is installed unless given. */
  readonly command?: string;
}): Promise<GuardedProcess & { readonly url: string }> {
  const { command = enginePath() } = options;
  if (!existsSync(command)) throw new EngineMissingError();
  overwriteDeletedRows(options.file);
  const place = await placeClosedToPages();
  const url = `http://${place.host}:${place.port}`;
  const listening = Promise.withResolvers<void>();
  const engine = startGuarded({
    command,
    args: ['serve', '--host', place.host, '--port', `${place.port}`, '--db-path', options.file],
    onLine: (line) => {
      if (line.includes('listening on')) listening.resolve();
    },
  });
  const isUp = await Promise.race([
    listening.promise.then(() => true),
    engine.exited.then(() => false),
  ]);
  if (!isUp) {
    // Another engine was quicker to take the place.
    if (!(await isFree(place))) return startDynamoDb(options);
    throw new DataFolderError(
      `The database ${options.file} cannot be opened: is there room on the disk, and is it as this program left it? A backup of the data folder helps, or another folder with --data.`,
    );
  }
  const client = new DynamoDBClient({
    endpoint: url,
    region: LOCAL_REGION,
    credentials: options.credentials,
  });
  try {
    indexStreamRecords(options.file);
    const tables = options.stack.resources.filter(({ type }) => TABLE_TYPES.includes(type));
    for (const table of tables) await ensureTable(client, table);
  } catch (error) {
    await engine.close();
    throw error;
  } finally {
    client.destroy();
  }
  return { url, ...engine };
}

/** Path of the engine's binary for this machine. */
export function enginePath(): string {
  return join(
    import.meta.dirname,
    '../../../node_modules/@dynoxide',
    `${process.platform}-${process.arch}`,
    'dynoxide',
  );
}

async function ensureTable(client: DynamoDBClient, table: Resource): Promise<void> {
  const input = tableInput(table);
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: input.TableName }));
    if (Table !== undefined && shapeOf(Table) !== shapeOf(input)) {
      throw new TableMismatchError(
        'The data folder was made by a version with other table keys: start it with that version, which finds all that is in it, or choose another folder with --data.',
      );
    }
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    await client.send(new CreateTableCommand(input));
  }
}

function tableInput({ physicalId, properties }: Resource): CreateTableCommandInput {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, StreamSpecification } =
    properties as Pick<
      CreateTableCommandInput,
      'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes' | 'StreamSpecification'
    >;
  return {
    TableName: physicalId,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions,
    KeySchema,
    ...(GlobalSecondaryIndexes === undefined ? {} : { GlobalSecondaryIndexes }),
    ...(StreamSpecification === undefined
      ? {}
      : { StreamSpecification: { ...StreamSpecification, StreamEnabled: true } }),
  };
}

/** Keys and indexes as text, in one order. */
function shapeOf(table: TableDescription | CreateTableCommandInput): string {
  const indexes = [...(table.GlobalSecondaryIndexes ?? [])].map(
    ({ IndexName, KeySchema, Projection }) =>
      JSON.stringify([IndexName, keysOf(KeySchema), Projection?.ProjectionType]),
  );
  return JSON.stringify([keysOf(table.KeySchema), indexes.sort()]);
}

function keysOf(schema: TableDescription['KeySchema']): readonly (string | undefined)[] {
  return (schema ?? []).map(({ AttributeName }) => AttributeName);
}
