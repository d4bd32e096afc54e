import '../environment-variables.ts';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openModel, parseModel } from '../../../functions/handlers/adapters/model.ts';
import { logger } from '../../../functions/handlers/logger.ts';
import type { Question } from '../../../functions/suggest/model/question.ts';
import { parseConfig } from '../../../infra/config/config.ts';
import { modelSettings } from '../../../infra/model.ts';
import {
  completion,
  json,
  type ModelServer,
  startModelServer,
} from '../../suggest/model-server.ts';

/** From the configuration of a stack to a request of the function. */

const QUESTION: Question = {
  instructions: 'Choose.',
  data: '{}',
  schema: { type: 'object', properties: {}, required: [], additionalProperties: false },
};
const BOUNDS = { outputTokens: 500, timeoutMilliseconds: 10_000 };

let server: ModelServer;
let secrets: ModelServer;

beforeAll(async () => {
  server = await startModelServer((_request, response) => json(response, 400, {}));
  secrets = await startModelServer((_request, response) => json(response, 400, {}));
});

beforeEach(() => {
  server.requests.length = 0;
  server.behave = (_request, response) => json(response, 503, {});
});

afterEach(() => vi.unstubAllEnvs());

afterAll(async () => {
  await server.close();
  await secrets.close();
});

/** What the synthesis tells the function of a stack with this model. */
function told(model: Readonly<Record<string, unknown>>): string {
  const { model: config } = parseConfig({ model });
  if (config === undefined) throw new Error('No model');
  return modelSettings(config);
}

/** Asks the model of a stack, whose secret holds this. */
function ask(model: Readonly<Record<string, unknown>>, secretString = '{}') {
  secrets.behave = (_request, response) => json(response, 200, { SecretString: secretString });
  return asked(model);
}

/** Asks it, with the secrets as they behave. */
function asked(model: Readonly<Record<string, unknown>>) {
  const client = new SecretsManagerClient({
    endpoint: secrets.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIATESTTESTTEST', secretAccessKey: 'secret' },
  });
  const opened = openModel(parseModel(told(model)), { secrets: client, secretId: 'ModelSecret' });
  return opened.ask(QUESTION, BOUNDS);
}

const openAi = () => ({ provider: 'openai', modelId: 'm', address: `${server.url}/v1` });

describe('a model behind an address', () => {
  it('is asked with the key that its secret holds', async () => {
    expect(await ask(openAi(), '{"apiKey":"canary"}')).toMatchObject({ kind: 'unavailable' });
    expect(server.requests[0]).toMatchObject({
      path: '/v1/chat/completions',
      headers: { authorization: 'Bearer canary' },
    });
  });

  it('that takes no key is asked without reading one', async () => {
    secrets.requests.length = 0;
    await ask({ ...openAi(), apiKey: 'none' });
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(secrets.requests).toEqual([]);
  });

  it('is asked with the key alone where a line break follows it', async () => {
    await ask(openAi(), '{"apiKey":"canary\\n"}');
    expect(server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer canary' });
  });

  it.each([
    ['an answer', '{}', 'stop', 'answered'],
    ['half an answer, which is paid for as well', '{"answers": [', 'length', 'bad'],
  ])('has in the log what %s took', async (_what, content, finishReason, reply) => {
    const lines = vi.spyOn(logger, 'info').mock.calls;
    server.behave = (_request, response) => json(response, 200, completion(content, finishReason));
    expect(await ask(openAi(), '{"apiKey":"canary"}')).toMatchObject({ kind: reply });
    expect(lines.at(-1)).toMatchObject(['language model', { reply, tokens: 340 }]);
    vi.restoreAllMocks();
  });

  it.each([
    '{"unused":"made up"}',
    '{"apiKey":""}',
    '{"apiKey":"canary\\nof two lines"}',
    '{"apiKey":"“canary”"}',
    'sk-canary',
    '',
  ])('MODEL_REFUSED: is not asked while its secret holds %j', async (content) => {
    expect(await ask(openAi(), content)).toMatchObject({ kind: 'refused' });
    expect(server.requests).toEqual([]);
  });

  it('MODEL_UNAVAILABLE: is not asked where its secret cannot be read, and the log names why', async () => {
    const lines = vi.spyOn(logger, 'info').mock.calls;
    secrets.behave = (_request, response) =>
      json(response, 400, { __type: 'AccessDeniedException' });
    expect(await asked(openAi())).toMatchObject({ kind: 'unavailable' });
    expect(server.requests).toEqual([]);
    expect(lines.at(-1)).toMatchObject([
      'language model',
      { reply: 'unavailable', error: { name: 'AccessDeniedException' } },
    ]);
    vi.restoreAllMocks();
  });
});

describe('a model on Amazon Bedrock', () => {
  const bedrock = { provider: 'bedrock', modelId: 'amazon.nova-lite-v1:0' };

  beforeEach(() => {
    vi.stubEnv('AWS_ENDPOINT_URL_BEDROCK_RUNTIME', server.url);
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAOFTHEROLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret of the role');
    vi.stubEnv('AWS_SESSION_TOKEN', 'token of the role');
  });

  it.each([
    [{}, 'eu-central-1'],
    [{ region: 'us-east-1' }, 'us-east-1'],
  ])('with %j is asked as the role of the function, in %s', async (more, region) => {
    expect(await ask({ ...bedrock, ...more })).toMatchObject({ kind: 'unavailable' });
    const [request] = server.requests;
    expect(request?.headers.authorization).toContain('Credential=AKIAOFTHEROLE/');
    expect(request?.headers.authorization).toContain(`/${region}/bedrock/aws4_request`);
    expect(request?.headers['x-amz-security-token']).toBe('token of the role');
  });
});

it('settings that the synthesis does not write are refused', () => {
  for (const text of ['', '{}', '{"provider":"openai"}', told(openAi()).replace('"m"', '""')]) {
    expect(() => parseModel(text)).toThrow();
  }
});
