import { describe, expect, it } from 'vitest';
import type { InvocationResult } from '../../local/runtime/contract.ts';
import { startCloudFormation } from '../../local/runtime/services/cloudformation.ts';
import { startLambda } from '../../local/runtime/services/lambda.ts';
import { ran } from './command.ts';

const BUDGET = '0193b2c4-8d7e-7f00-a000-000000000001';
const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
const outputs = { ForgetFunction: 'forget' };
const stack = {
  resources: [
    {
      ...{ logicalId: 'Forget', type: 'AWS::Lambda::Function', physicalId: 'forget' },
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:forget',
      properties: {},
    },
  ],
  outputs,
  stacks: new Map([['ActualJobs', outputs]]),
};

const counts = (jobs: number) => ({ jobs, suggestions: 0, objects: 0, records: 0 });
const done = (payload: object): InvocationResult => ({ kind: 'success', payload });
const counted = done({ kind: 'counted', counts: counts(3) });
const deleted = (jobs: number) => done({ kind: 'deleted', counts: counts(jobs), complete: true });
const open = done({ kind: 'open', jobs: ['job-1'] });
const failed: InvocationResult = {
  kind: 'error',
  error: { errorType: 'UNKNOWN', errorMessage: '' },
};

/** How it ends where the function answers so, call after call, and after that cannot be asked. */
async function codeOf(answers: readonly InvocationResult[], how: string): Promise<number> {
  const left = [...answers];
  const invoke = async () => left.shift() ?? Promise.reject(new Error('Nobody is there'));
  const [cloudFormation, lambda] = await Promise.all([
    startCloudFormation({ stack, credentials }),
    startLambda({ stack, invoker: { invoke }, credentials }),
  ]);
  const variables = {
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    AWS_MAX_ATTEMPTS: '1',
  };
  const { code } = await ran('forget', ['--budget', BUDGET, how], { credentials, variables });
  await Promise.all([cloudFormation.close(), lambda.close()]);
  return code;
}

describe('npm run forget', () => {
  it.each([
    [0, 'it counted what there is', '--dry-run', [counted]],
    [0, 'nothing is left', '--yes', [deleted(2), deleted(0)]],
    [1, 'a job of the budget waits or runs', '--yes', [open]],
    [1, 'the function fails', '--yes', [failed]],
    [
      1,
      'the function cannot be asked any more once it has deleted something',
      '--yes',
      [deleted(2)],
    ],
    [2, 'the function cannot be asked at all', '--yes', []],
  ] as const)('ends with %d where %s', async (code, _where, how, answers) => {
    expect(await codeOf(answers, how)).toBe(code);
  });
});
