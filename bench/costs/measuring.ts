import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { JobType } from '../../functions/domain/job.ts';
import type { InvocationReport } from '../../local/runtime/contract.ts';
import type { TableCall } from '../../local/runtime/services/dynamodb-front.ts';
import { CREDENTIALS, type Installation } from '../../test/e2e/installation.ts';
import { MeasuredHousehold } from '../../test/e2e/one-of-each.ts';
import type { Calls, DetailedUsage } from '../../test/e2e/usage.ts';
import type { WireItem } from './item-size.ts';
import { billedFor, billedForStart } from './paper.ts';
import {
  type IndexShape,
  type ItemCharge,
  type TransactWrite,
  unitsOf,
  WriteLedger,
} from './write-units.ts';

/** A job as it ran on this machine. */
export interface MeasuredJob {
  readonly usage: DetailedUsage;
  readonly gbSeconds: number;
  /** What each item of each of its transactions was charged. */
  readonly transactions: readonly (readonly ItemCharge[])[];
}

/** The product on this machine, with an eye on its functions and its table. */
export class Laboratory {
  private reports: InvocationReport[] = [];
  private tableCalls: TableCall[] = [];
  private opened: MeasuredHousehold | undefined;

  async open(): Promise<MeasuredHousehold> {
    this.opened = await MeasuredHousehold.open({
      onInvocation: (report) => this.reports.push(report),
      onTableCall: (call) => this.tableCalls.push(call),
    });
    return this.opened;
  }

  async close(): Promise<void> {
    await this.opened?.close();
  }

  async measure(
    type: JobType,
    options: Readonly<Record<string, unknown>> = {},
  ): Promise<MeasuredJob> {
    const ledger = new WriteLedger(indexesOf(this.product), await this.items());
    this.reports = [];
    this.tableCalls = [];
    const usage = await this.household.measure(type, options);
    const transactions = this.tableCalls
      .filter(({ operation }) => operation === 'TransactWriteItems')
      .map(({ request }) => ledger.write(transactItemsOf(request)));
    const charged = transactions.flat().reduce((sum, charge) => sum + unitsOf(charge), 0);
    if (charged !== usage.writeUnits) {
      const counted = `The engine counted ${usage.writeUnits} write units for ${type}`;
      throw new Error(`${counted}, DynamoDB's rules make ${charged} of what was written`);
    }
    return { usage, transactions, gbSeconds: await this.billed(usage.byFunction) };
  }

  /** The same with all functions started anew. */
  measureAlone(type: JobType): Promise<MeasuredJob> {
    const { functions } = this.product.stack;
    for (const name of functions.namesOf()) {
      for (const environment of functions.processesOf(name)) environment.kill();
    }
    return this.measure(type);
  }

  /** A sweep that finds nothing to do. */
  async sweep(): Promise<{
    readonly gbSeconds: number;
    readonly readUnits: number;
    readonly logBytes: number;
  }> {
    const { functions } = this.product.stack;
    const name = String(functions.namesOf().find((one) => one.includes('SweepFunction')));
    this.reports = [];
    const before = await this.logOf(name);
    await functions.invoke(name, {});
    await this.reported(new Map([[name, 1]]));
    const printed = (await this.logOf(name)).slice(before.length);
    const [, text = '{}'] = /^(\{.*"used".*\})$/m.exec(printed) ?? [];
    const { used } = JSON.parse(text);
    const [report] = this.reports.filter(({ functionName }) => functionName === name);
    return {
      gbSeconds:
        report === undefined ? 0 : billedFor(report.invocation, used.calls, report.memoryMb),
      readUnits: used.readUnits,
      logBytes: Buffer.byteLength(printed),
    };
  }

  /** Everything in the table, as it is on the wire. */
  async items(): Promise<readonly WireItem[]> {
    const { endpoints, stack } = this.product.stack;
    const client = new DynamoDBClient({
      endpoint: String(endpoints.AWS_ENDPOINT_URL_DYNAMODB),
      region: 'us-east-1',
      credentials: CREDENTIALS,
    });
    const TableName = String(stack.outputs.TableName);
    const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
    client.destroy();
    return Items;
  }

  /** Of everything that lies in buckets. */
  async bucketBytes(): Promise<number> {
    const folder = join(this.product.data, 'buckets');
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(
      (entry) => entry.isFile() && entry.name.endsWith('_object'),
    );
    const sizes = await Promise.all(
      files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  get product(): Installation {
    return this.household.product;
  }

  private get household(): MeasuredHousehold {
    if (this.opened === undefined) throw new Error('The laboratory is closed');
    return this.opened;
  }

  /** GB-seconds of all invocations of these functions, and of their starts. */
  private async billed(byFunction: ReadonlyMap<string, readonly Calls[]>): Promise<number> {
    await this.reported(new Map([...byFunction].map(([name, calls]) => [name, calls.length])));
    return [...byFunction].reduce((sum, [name, calls]) => {
      const reports = this.reports.filter(({ functionName }) => functionName === name);
      return (
        sum + reports.reduce((all, report, index) => all + gbSecondsOf(report, calls[index]), 0)
      );
    }, 0);
  }

  /** A function's report comes on another way than its last line. */
  private async reported(counts: ReadonlyMap<string, number>): Promise<void> {
    const missing = () =>
      [...counts].some(
        ([name, count]) =>
          this.reports.filter(({ functionName }) => functionName === name).length < count,
      );
    while (missing()) await setTimeout(10);
  }

  private async logOf(name: string): Promise<string> {
    return (await this.product.logsByFunction()).get(name) ?? '';
  }
}

function gbSecondsOf({ invocation, start, memoryMb }: InvocationReport, calls: Calls = {}): number {
  const started = start === undefined ? 0 : billedForStart(start, memoryMb);
  return started + billedFor(invocation, calls, memoryMb);
}

/** What the product writes it writes in transactions. */
function transactItemsOf(request: Readonly<Record<string, unknown>>): readonly TransactWrite[] {
  const { TransactItems } = request;
  if (!Array.isArray(TransactItems)) throw new TypeError('A transaction without items');
  return TransactItems;
}

function indexesOf({ stack }: Installation): readonly IndexShape[] {
  const table = stack.stack.resources.find(({ type }) => type === 'AWS::DynamoDB::GlobalTable');
  const indexes: unknown = table?.properties.GlobalSecondaryIndexes;
  if (!Array.isArray(indexes)) throw new TypeError('The table has no indexes');
  return indexes.map(({ IndexName, KeySchema: [partition, sort], Projection }) => ({
    name: IndexName,
    partitionKey: partition.AttributeName,
    sortKey: sort.AttributeName,
    projection: Projection.ProjectionType,
  }));
}
