import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Resource } from '../../local/runtime/contract.ts';
import { Queues } from '../../local/runtime/queues.ts';
import { startCloudFormation } from '../../local/runtime/services/cloudformation.ts';
import { startLambda } from '../../local/runtime/services/lambda.ts';
import { startSqs } from '../../local/runtime/services/sqs.ts';
import { ran } from './command.ts';

const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
const HERE = 'https://sqs.us-east-1.amazonaws.com/000000000000/Here';
const GONE = HERE.replace('Here', 'Gone');

const resource = (type: string, physicalId: string): Resource => ({
  logicalId: physicalId,
  type,
  physicalId,
  arn: `arn:aws:service:us-east-1:000000000000:${physicalId.split('/').at(-1)}`,
  properties: {},
});
const resources = [
  resource('AWS::SQS::Queue', HERE),
  resource('AWS::Lambda::Function', 'settle'),
] as const;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'redrive-exit-code-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** How it ends on a stack with these queues, of which the first that is there has a letter. */
async function codeOf(...urls: readonly string[]): Promise<number> {
  const letters = urls.map((queueUrl) => ({ queueUrl, functionName: 'settle' }));
  const outputs = { DeadLetters: JSON.stringify(letters) };
  const stack = { resources, outputs, stacks: new Map([['ActualJobs', outputs]]) };
  const queues = new Queues({ stack, file: join(folder, 'queues.sqlite') });
  queues.send(HERE, JSON.stringify({ detail: {} }));
  const invoker = { invoke: async () => ({ kind: 'success', payload: {} }) as const };
  const [cloudFormation, lambda, sqs] = await Promise.all([
    startCloudFormation({ stack, credentials }),
    startLambda({ stack, invoker, credentials }),
    startSqs({ queues, credentials }),
  ]);
  const variables = {
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    AWS_ENDPOINT_URL_SQS: sqs.url,
  };
  const { code } = await ran('redrive', [], { credentials, variables });
  await Promise.all([cloudFormation, lambda, sqs, queues].map((part) => part.close()));
  return code;
}

describe('npm run redrive', () => {
  it('ends with 0 where it put back all that there was', async () => {
    expect(await codeOf(HERE)).toBe(0);
  });

  it('ends with 1 where a queue could not be looked at after it had put back the letters of another', async () => {
    expect(await codeOf(HERE, GONE)).toBe(1);
  });

  it('ends with 2 where it could not look at the first queue: nothing was done', async () => {
    expect(await codeOf(GONE, HERE)).toBe(2);
  });
});
