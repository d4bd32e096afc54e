import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Queues } from '../../local/runtime/queues.ts';
import { startSqs } from '../../local/runtime/services/sqs.ts';

/** Queues on disk, through the SDK's own client. */

const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/000000000000/Letters';
const HOUR_MS = 3_600_000;

let folder: string;
let queues: Queues;
let service: Awaited<ReturnType<typeof startSqs>>;
let client: SQSClient;

function opened(): Queues {
  const properties = { MessageRetentionPeriod: 3600 };
  const letters = { logicalId: 'Letters', type: 'AWS::SQS::Queue', properties };
  const arn = 'arn:aws:sqs:us-east-1:000000000000:Letters';
  return new Queues({
    stack: {
      stacks: new Map(),
      outputs: {},
      resources: [{ ...letters, physicalId: QueueUrl, arn }],
    },
    file: join(folder, 'queues.sqlite'),
  });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'queues-'));
  queues = opened();
  service = await startSqs({ queues, credentials });
  client = new SQSClient({ endpoint: service.url, region: 'us-east-1', credentials });
});

afterEach(async () => {
  vi.useRealTimers();
  client.destroy();
  await service.close();
  await queues.close();
  await rm(folder, { recursive: true });
});

async function receive(more: { readonly VisibilityTimeout?: number } = {}): Promise<Message[]> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }),
  );
  return Messages;
}
const send = (MessageBody: string) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
const remove = ({ ReceiptHandle }: Message) =>
  client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);

/** The clock alone stands still; timers go on. */
function later(milliseconds: number): void {
  vi.useFakeTimers({ now: Date.now() + milliseconds, toFake: ['Date'] });
}

describe('a message', () => {
  it('is received as it was sent, the oldest first', async () => {
    await send('first ü');
    await send('second');
    expect(bodies(await receive({ VisibilityTimeout: 0 }))).toEqual(['first ü', 'second']);
  });

  it('is hidden from others until its time is over', async () => {
    await send('letter');
    expect(await receive()).toHaveLength(1);
    expect(await receive()).toHaveLength(0);
    later(31_000);
    expect(await receive({ VisibilityTimeout: 0 })).toHaveLength(1);
  });

  it('can be shown to everybody again', async () => {
    await send('letter');
    const [{ ReceiptHandle } = {}] = await receive({ VisibilityTimeout: 900 });
    await client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
    );
    expect(await receive({ VisibilityTimeout: 0 })).toHaveLength(1);
  });

  it('that was deleted is gone, with no other, and deleting it again is no error', async () => {
    await send('letter');
    await send('other');
    const [message = {}] = await receive({ VisibilityTimeout: 0 });
    await remove(message);
    await remove(message);
    expect(bodies(await receive())).toEqual(['other']);
  });

  it('is deleted by nobody but whoever received it last', async () => {
    await send('letter');
    const [before = {}] = await receive({ VisibilityTimeout: 0 });
    const [now = {}] = await receive({ VisibilityTimeout: 0 });
    await remove(before);
    expect(queues.counts(QueueUrl)).toEqual({ visible: 1, hidden: 0 });
    await remove(now);
    expect(queues.counts(QueueUrl)).toEqual({ visible: 0, hidden: 0 });
  });

  it('is still there after a start', async () => {
    await send('letter');
    const again = opened();
    expect(again.counts(QueueUrl)).toEqual({ visible: 1, hidden: 0 });
    await again.close();
  });

  it('is kept for as long as the template says', async () => {
    await send('letter');
    later(HOUR_MS + 1000);
    expect(queues.counts(QueueUrl)).toEqual({ visible: 0, hidden: 0 });
    expect(await receive()).toEqual([]);
  });
});

describe('a queue', () => {
  it('says how many messages wait in it, and how many somebody has', async () => {
    for (const body of ['a', 'b', 'c']) await send(body);
    await client.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 1 }));
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    expect(Attributes).toEqual({
      ApproximateNumberOfMessages: '2',
      ApproximateNumberOfMessagesNotVisible: '1',
    });
  });

  it('that the stack does not have is an error', async () => {
    const other = new ReceiveMessageCommand({ QueueUrl: `${QueueUrl}2` });
    await expect(client.send(other)).rejects.toThrow(QueueDoesNotExist);
  });

  it('opens to nobody without the access key', async () => {
    const stranger = new SQSClient({
      endpoint: service.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'OTHER', secretAccessKey: 'secret' },
    });
    await expect(stranger.send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
    });
    stranger.destroy();
  });
});
