import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { afterEach, expect, it, vi } from 'vitest';
import { ApiError } from '../../client/api-error.ts';
import { outputOf } from '../../operate/stack.ts';
import { wordingOf } from '../../operate/wording.ts';

/** What an operator reads where a command could not begin. */

afterEach(() => {
  vi.unstubAllEnvs();
});

it('says how a region is given where the settings of AWS have none', async () => {
  for (const name of Object.keys(process.env).filter((one) => one.startsWith('AWS_'))) {
    vi.stubEnv(name, undefined);
  }
  vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
  const error: unknown = await outputOf(
    new CloudFormationClient({}),
    'ActualJobs',
    'DeadLetters',
  ).catch((refused: unknown) => refused);
  expect(wordingOf(error)).toMatch(/^There is no AWS region: set AWS_REGION/);
});

it.each([
  [401, {}, 'the token is not good, or has run out, request r-1.'],
  [403, {}, 'these credentials have no right to it (execute-api:Invoke), request r-1.'],
  [429, { message: 'Too Many Requests' }, '429 Too Many Requests, request r-1'],
  [
    403,
    { type: 'urn:actual-jobs:problem:not-allowed', detail: 'This takes the scope jobs:write.' },
    'This takes the scope jobs:write. (not-allowed, request r-1)',
  ],
])('says of a refusal with %d whose it was, and what leads to it: %j', (status, body, wording) => {
  // The gateway's own refusals have its header alone.
  const response = new Response(null, { status, headers: { 'apigw-requestid': 'r-1' } });
  expect(wordingOf(new ApiError(response, body))).toContain(wording);
});
