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

it('says how credentials are given where there are none', async () => {
  for (const name of Object.keys(process.env).filter((one) => one.startsWith('AWS_'))) {
    vi.stubEnv(name, undefined);
  }
  vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  const client = new CloudFormationClient({ region: 'eu-central-1' });
  const error: unknown = await outputOf(client, 'ActualJobs', 'DeadLetters').catch(
    (refused: unknown) => refused,
  );
  expect(wordingOf(error)).toMatch(/^There are no AWS credentials: sign in/);
});

it('says of a stack of others, or of an older version, that it has not what is looked for', async () => {
  const client = new CloudFormationClient({ region: 'eu-central-1' });
  vi.spyOn(client, 'send').mockImplementation(async () => ({
    Stacks: [{ Outputs: [{ OutputKey: 'ApiUrl', OutputValue: 'https://a.example' }] }],
  }));
  const error: unknown = await outputOf(client, 'Other', 'DeadLetters').catch(
    (refused: unknown) => refused,
  );
  expect(wordingOf(error)).toMatch(/^The stack Other has no output DeadLetters: /);
});

it.each([
  [401, {}, 'the token is not good, or has run out, request r-1.'],
  [403, {}, 'the credentials have no right to it (execute-api:Invoke) or have run out,'],
  [
    403,
    {},
    "the region or this machine's clock is wrong, or the token lacks the scope, request r-1.",
  ],
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

it('says of each address that could not be reached why, where a name has several', () => {
  // As Node has it of a host with addresses of both kinds: it says nothing by itself.
  const error = new AggregateError([
    new Error('connect ENETUNREACH 192.0.2.1:443'),
    new Error('connect EHOSTUNREACH 2001:db8::1:443'),
  ]);
  const reasons = 'connect ENETUNREACH 192.0.2.1:443, connect EHOSTUNREACH 2001:db8::1:443';
  expect(wordingOf(error)).toContain(reasons);
  expect(wordingOf(new TypeError('fetch failed', { cause: error }))).toContain(reasons);
});

it.each([
  ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:8787', 'is npm start running'],
  ['ENOTFOUND', 'getaddrinfo ENOTFOUND a.example', 'The name was not found (getaddrinfo ENOTFOUND'],
  ['EAI_AGAIN', 'getaddrinfo EAI_AGAIN a.example', 'is this machine connected?'],
  [
    'ERR_SSL_WRONG_VERSION_NUMBER',
    '40:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number',
    'does not speak TLS',
  ],
  [
    'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
    '40:error:0A000410:SSL routines:ssl3_read_bytes:ssl/tls alert handshake failure',
    'The call failed: 40:error:0A000410:SSL routines:ssl3_read_bytes:ssl/tls alert handshake failure',
  ],
  ['UND_ERR_SOCKET', 'other side closed', 'The call failed: other side closed'],
])(
  'says in plain words what became of a call that did not get through: %s',
  (code, message, wording) => {
    const cause = Object.assign(new Error(message), { code });
    expect(wordingOf(new TypeError('fetch failed', { cause }))).toContain(wording);
  },
);

it('says that it is not the API that sends calls on to another address', () => {
  const error = new ApiError(new Response(null, { status: 302 }), undefined);
  expect(wordingOf(error)).toMatch(/^What answers at the address is not the API: .*302/);
});

it('has a terminal obey nothing in what answers in place of the API', () => {
  const response = new Response(null, { status: 502 });
  const body = { message: 'Bad Gateway\u001b[2J\n$ rm -r ~\u202e' };
  expect(wordingOf(new ApiError(response, body))).toBe('502 Bad Gateway [2J $ rm -r ~ ');
});
