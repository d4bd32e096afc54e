import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { expiryAfter, jobItem } from '../../functions/store/job-rows.ts';
import { enginePath } from '../../local/runtime/services/dynamodb.ts';
import { createTable, type Engine, startEngine } from '../../test/store/engine.ts';
import { jobOf } from '../../test/store/many-jobs.ts';

/** A database of the embedded engine with very many jobs of one budget in one table, and the newest of them in another. */

const FOLDER = join(import.meta.dirname, '../../.bench');
const PREFIX = 'jobs-';
/** Longer than anybody keeps a file here. */
const RETENTION_DAYS = 3_650;

export interface Filling {
  readonly table: string;
  /** Numbers of the oldest and the newest job, both included. */
  readonly from: number;
  readonly to: number;
}

/**
 * Made once by the engine's own import, which is twice as quick as writing, of the items that the store writes; made
 * anew when those look different.
 *
 * @returns the file.
 */
export async function jobsDatabase(fillings: readonly Filling[]): Promise<string> {
  const schemas = JSON.stringify(await schemasOf(fillings));
  const shape = JSON.stringify([fillings, itemOf(1), itemOf(4), schemas]);
  const name = `${PREFIX}${createHash('sha256').update(shape).digest('hex').slice(0, 16)}.sqlite`;
  const file = join(FOLDER, name);
  if (existsSync(file)) return file;
  mkdirSync(FOLDER, { recursive: true });
  for (const old of globSync(`${PREFIX}*`, { cwd: FOLDER })) {
    rmSync(join(FOLDER, old), { recursive: true, force: true });
  }
  const source = mkdtempSync(join(FOLDER, `${PREFIX}making-`));
  try {
    const made = join(source, 'made.sqlite');
    const schema = join(source, 'schema.json');
    writeFileSync(schema, schemas);
    for (const filling of fillings) await exportOf(filling, join(source, 'export'));
    const args = ['--source', join(source, 'export'), '--schema', schema, '--output', made];
    await promisify(execFile)(enginePath(), ['import', ...args]);
    renameSync(made, file);
  } finally {
    rmSync(source, { recursive: true, force: true });
  }
  return file;
}

/** The tables as the engine describes them, without what differs from one time to the next. */
async function schemasOf(fillings: readonly Filling[]): Promise<readonly unknown[]> {
  const engine = await startEngine();
  try {
    return await Promise.all(fillings.map(({ table }) => schemaOf(engine, table)));
  } finally {
    await engine.stop();
  }
}

async function schemaOf(engine: Engine, TableName: string): Promise<unknown> {
  await createTable(engine, TableName);
  const { Table = {} } = await engine.client.send(new DescribeTableCommand({ TableName }));
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes: indexes = [] } = Table;
  const GlobalSecondaryIndexes = indexes.map(({ IndexName, KeySchema: keys, Projection }) => ({
    IndexName,
    KeySchema: keys,
    Projection,
  }));
  return { Table: { TableName, KeySchema, AttributeDefinitions, GlobalSecondaryIndexes } };
}

/** As DynamoDB exports a table to S3 (Developer Guide, "DynamoDB table export output format"). */
async function exportOf({ table, from, to }: Filling, folder: string): Promise<void> {
  const data = join(folder, table, 'data');
  mkdirSync(data, { recursive: true });
  function* lines() {
    for (let n = from; n <= to; n += 1) yield `${JSON.stringify({ Item: itemOf(n) })}\n`;
  }
  const file = createWriteStream(join(data, 'jobs.json.gz'));
  await pipeline(Readable.from(lines()), createGzip({ level: 1 }), file);
}

function itemOf(n: number) {
  return marshall(jobItem(jobOf(n), expiryAfter(RETENTION_DAYS)), { removeUndefinedValues: true });
}
