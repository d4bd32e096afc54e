import { LambdaClient, TooManyRequestsException } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, it, vi } from 'vitest';
import { invokerOf, letterBox } from '../../operate/aws.ts';

/** What SQS and Lambda are asked, and what is made of their answers. */

const QUEUE = 'https://sqs.example/letters';

it("letters are nobody else's for an hour: a run that puts back many takes long", async () => {
  const client = new SQSClient({ region: 'eu-central-1' });
  const asked: object[] = [];
  vi.spyOn(client, 'send').mockImplementation(async ({ input }) => {
    asked.push(input);
    return { Messages: [{ MessageId: 'm', Body: '{}', ReceiptHandle: 'r' }] };
  });
  const box = letterBox(client, QUEUE);
  const [letter] = await box.receive();
  expect(letter).toEqual({ id: 'm', body: '{}', receipt: 'r' });
  expect(asked[0]).toMatchObject({ QueueUrl: QUEUE, VisibilityTimeout: 3600 });
  if (letter !== undefined) await box.release(letter);
  expect(asked[1]).toMatchObject({ ReceiptHandle: 'r', VisibilityTimeout: 0 });
});

it.each([
  [{ errorType: 'UNKNOWN', errorMessage: 'Canary' }, 'UNKNOWN'],
  [{ errorType: 'Canary at Lidl', errorMessage: '' }, 'the function failed'],
  ['Canary', 'the function failed'],
])('of the failure of a function only a code is told: %j', async (answer, reason) => {
  const client = new LambdaClient({ region: 'eu-central-1' });
  vi.spyOn(client, 'send').mockImplementation(async () => ({
    FunctionError: 'Unhandled',
    Payload: { transformToString: () => JSON.stringify(answer) },
  }));
  expect(await invokerOf(client, 'f')({})).toEqual({ kind: 'failed', reason });
});

it('a function that has no room is one that failed; any other fault of Lambda ends the run', async () => {
  const client = new LambdaClient({ region: 'eu-central-1' });
  const send = vi.spyOn(client, 'send');
  send.mockRejectedValueOnce(new TooManyRequestsException({ message: '', $metadata: {} }));
  expect(await invokerOf(client, 'f')({})).toMatchObject({ kind: 'failed' });
  send.mockRejectedValueOnce(new Error('gone'));
  await expect(invokerOf(client, 'f')({})).rejects.toThrow('gone');
});
