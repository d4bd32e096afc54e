import { afterAll, beforeAll, expect, it } from 'vitest';
import type { InvocationResult, Resource } from '../../local/runtime/contract.ts';
import { OK, put, startingWith, TableWithStream } from './streams.ts';

/** What a mapping says of a record that its function keeps failing at. */

let table: TableWithStream;

beforeAll(async () => {
  table = await TableWithStream.open();
});

afterAll(() => table?.close());

type Answer = (text: string) => InvocationResult;

const fails: Answer = () => ({ kind: 'error', error: { errorType: 'E', errorMessage: '' } });
const reports: Answer = (text) => {
  const records: readonly { readonly dynamodb: { readonly SequenceNumber: string } }[] =
    JSON.parse(text).Records;
  const failed = records.find((record) => JSON.stringify(record).includes('poor'));
  const itemIdentifier = failed?.dynamodb.SequenceNumber;
  return { kind: 'success', payload: { batchItemFailures: [{ itemIdentifier }] } };
};

it.each<[string, Resource['properties'], Answer, string, number, number]>([
  ['alone', { BisectBatchOnFunctionError: true }, fails, 'RetryAttemptsExhausted', 1, 2],
  ['with all of its batch', {}, fails, 'RetryAttemptsExhausted', 3, 2],
  [
    'with those behind it',
    { FunctionResponseTypes: ['ReportBatchItemFailures'] },
    reports,
    'RetryAttemptsExhausted',
    2,
    2,
  ],
  ['untried', { MaximumRecordAgeInSeconds: 60 }, fails, 'RecordAgeExceeded', 3, 0],
])(
  'a record that its function fails at is set aside %s, where the mapping says so',
  async (name, settings, answer, condition, batchSize, approximateInvokeCount) => {
    for (const key of ['good', 'poor', 'better']) await put(table.url, `${name}: ${key}`);
    table.age(61);
    const { letter } = await table.listening(
      name,
      1,
      {
        ...startingWith(`${name}:`),
        MaximumRetryAttempts: 1,
        DestinationConfig: { OnFailure: { Destination: 'arn:letters' } },
        ...settings,
      },
      async (text) => (text.includes('poor') ? answer(text) : OK),
    );
    expect(await letter).toMatchObject({
      queue: 'arn:letters',
      requestContext: { condition, approximateInvokeCount },
      DDBStreamBatchInfo: { batchSize },
    });
  },
);
