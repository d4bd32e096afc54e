import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { bedrockModel, openAiModel } from '../../functions/suggest/model/ai-model.ts';
import type { Reply } from '../../functions/suggest/model/language-model.ts';
import { payeeGroups } from '../../functions/suggest/model/payee-groups.ts';
import { questionAbout } from '../../functions/suggest/model/question.ts';
import { budget } from './budgets.ts';
import { completion, json, type ModelServer, startModelServer } from './model-server.ts';

/** The `ai` package against servers that speak its protocols, well and badly. */

const KEY = 'canary-of-the-model-key';
const extract = budget([{ payee: 'Bike Shop' }], { categories: ['Food', 'Fun'] });
const QUESTION = questionAbout(
  payeeGroups(extract, [0], { decisions: [], standing: [] }),
  extract.categories,
);
const ANSWER = { answers: [{ payee: 'p1', categories: ['c2'], sure: true }] };
const BOUNDS = { outputTokens: 500, timeoutMilliseconds: 10_000 };

let server: ModelServer;
const printed: unknown[][] = [];

beforeAll(async () => {
  server = await startModelServer((_request, response) => json(response, 500, {}));
});

beforeEach(() => {
  server.requests.length = 0;
  printed.length = 0;
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((...line) => void printed.push(line));
  }
  // Which Node prints too.
  vi.spyOn(process, 'emitWarning').mockImplementation((...line) => void printed.push(line));
});

afterEach(() => {
  vi.restoreAllMocks();
  expect(printed).toEqual([]);
});

afterAll(() => server.close());

type OpenAi = Parameters<typeof openAiModel>[0];

function openAi(more: Partial<OpenAi> = {}) {
  return openAiModel({
    modelId: 'test-model',
    address: `${server.url}/v1`,
    key: async () => KEY,
    jsonSchema: true,
    outputTokensField: 'max_tokens',
    ...more,
  });
}

/** The reply to a server that answers so. */
async function replyWhen(
  answers: (response: ServerResponse) => void,
  { timeoutMilliseconds = 10_000, ...more }: Partial<OpenAi & typeof BOUNDS> = {},
): Promise<Reply> {
  server.behave = (_request, response) => answers(response);
  return openAi(more).ask(QUESTION, { ...BOUNDS, timeoutMilliseconds });
}

const whenSaid = (content: string, finishReason?: string) =>
  replyWhen((response) => json(response, 200, completion(content, finishReason)));

describe('an address that speaks as OpenAI', () => {
  it('is asked once, with the key, the question as data and a schema of the answer', async () => {
    const reply = await whenSaid(JSON.stringify(ANSWER));
    expect(reply).toEqual({ kind: 'answered', answer: ANSWER, tokens: 340 });
    expect(server.requests).toHaveLength(1);
    const [request] = server.requests;
    expect(request).toMatchObject({
      path: '/v1/chat/completions',
      headers: { authorization: `Bearer ${KEY}`, connection: 'close' },
      body: {
        model: 'test-model',
        max_tokens: 500,
        messages: [
          { role: 'system', content: QUESTION.instructions },
          { role: 'user', content: QUESTION.data },
        ],
        response_format: {
          type: 'json_schema',
          json_schema: { strict: true, schema: { properties: { answers: { type: 'array' } } } },
        },
      },
    });
  });

  it('is asked for what is left of a time, which is seldom whole milliseconds', async () => {
    const answers = (response: ServerResponse) =>
      json(response, 200, completion(JSON.stringify(ANSWER)));
    const reply = await replyWhen(answers, { timeoutMilliseconds: 59_999.75 });
    expect(reply).toMatchObject({ kind: 'answered', answer: ANSWER });
  });

  it('that knows no schema is asked for JSON', async () => {
    const good = completion(JSON.stringify(ANSWER));
    const reply = await replyWhen((response) => json(response, 200, good), { jsonSchema: false });
    expect(reply.kind).toBe('answered');
    expect(server.requests[0]?.body.response_format).toEqual({ type: 'json_object' });
  });

  it('that calls the longest answer otherwise is told so', async () => {
    await replyWhen((response) => json(response, 500, {}), {
      outputTokensField: 'max_completion_tokens',
    });
    expect(server.requests[0]?.body).toMatchObject({ max_completion_tokens: 500 });
    expect(server.requests[0]?.body).not.toHaveProperty('max_tokens');
  });

  it('that wants no key gets none', async () => {
    await replyWhen((response) => json(response, 500, {}), { key: async () => 'none' });
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('MODEL_REFUSED: is not asked before its key is there', async () => {
    const model = openAi({ key: async () => undefined });
    expect(await model.ask(QUESTION, BOUNDS)).toMatchObject({ kind: 'refused' });
    expect(server.requests).toEqual([]);
  });

  it('MODEL_UNAVAILABLE: is not asked while its key cannot be read', async () => {
    const model = openAi({ key: () => Promise.reject(new Error('throttled')) });
    expect(await model.ask(QUESTION, BOUNDS)).toMatchObject({ kind: 'unavailable' });
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['in a fence', `\`\`\`json\n${JSON.stringify(ANSWER)}\n\`\`\``],
    ['between sentences', `Here it is:\n\`\`\`\n${JSON.stringify(ANSWER)}\n\`\`\`\nLet me know.`],
    ['behind what it thought', `<think>\nA {shop}?\n</think>\n\n${JSON.stringify(ANSWER)}`],
    ['behind what it thought untold', `A {shop}?\n</think>\n${JSON.stringify(ANSWER)}`],
  ])('whose answer stands %s is understood', async (_where, content) => {
    expect(await whenSaid(content)).toMatchObject({ kind: 'answered', answer: ANSWER });
  });

  it('whose answer is followed by nothing but space until it is cut off is understood', async () => {
    const reply = await whenSaid(`${JSON.stringify(ANSWER)}${' \n'.repeat(99)}`, 'length');
    expect(reply).toMatchObject({ kind: 'answered', answer: ANSWER });
  });

  it('that counts no tokens says so', async () => {
    const { usage: _left, ...rest } = completion(JSON.stringify(ANSWER));
    const reply = await replyWhen((response) => json(response, 200, rest));
    expect(reply).toEqual({ kind: 'answered', answer: ANSWER, tokens: undefined });
  });

  it.each([
    ['nothing', {}],
    ['zeros', { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }],
    ['less than nothing', { prompt_tokens: -1, completion_tokens: -1, total_tokens: -2 }],
    ['without end', { prompt_tokens: 1e308, completion_tokens: 1e308, total_tokens: 1e308 }],
  ])('that counts %s counts no tokens', async (_what, usage) => {
    const counted = { ...completion(JSON.stringify(ANSWER)), usage };
    const reply = await replyWhen((response) => json(response, 200, counted));
    expect(reply).toEqual({ kind: 'answered', answer: ANSWER, tokens: undefined });
  });
});

describe('MODEL_BAD_ANSWER', () => {
  it.each([
    ['half an answer', '{"answers":[{"payee":"p1","categ', 'length'],
    ['a draft among thoughts without end', `<think>So: ${JSON.stringify(ANSWER)}? No,`, 'length'],
    ['the same, told as no thoughts', `So: ${JSON.stringify(ANSWER)}? No, as`, 'length'],
    ['no JSON', 'I would say it is Fun.', 'stop'],
    ['nothing', '', 'stop'],
  ])('MODEL_BAD_ANSWER: %s', async (_what, content, finishReason) => {
    expect(await whenSaid(content, finishReason)).toMatchObject({ kind: 'bad' });
  });

  it('MODEL_BAD_ANSWER: what was refused to be said', async () => {
    expect(await whenSaid('', 'content_filter')).toMatchObject({ kind: 'bad' });
  });

  it.each([
    ['a web page', '<html>Sign in</html>', 'text/html'],
    ['JSON that is no answer of a model', '{"ok":true}', 'application/json'],
    ['no choice at all', '{"choices":[]}', 'application/json'],
    ['half a document', '{"choices":[', 'application/json'],
  ])('MODEL_BAD_ANSWER: %s', async (_what, body, type) => {
    const reply = await replyWhen((response) => {
      response.writeHead(200, { 'content-type': type });
      response.end(body);
    });
    expect(reply).toMatchObject({ kind: 'bad' });
  });

  it('MODEL_BAD_ANSWER: an answer without end is broken off', async () => {
    let sent = 0;
    const reply = await replyWhen((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const piece = Buffer.alloc(64 * 1024, ' ');
      const more = () => {
        while (!response.destroyed && sent < 64_000_000) {
          sent += piece.length;
          if (!response.write(piece)) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    });
    expect(reply).toMatchObject({ kind: 'bad' });
    expect(sent).toBeLessThan(16_000_000);
  });
});

describe('MODEL_UNAVAILABLE', () => {
  it.each([429, 408, 500, 502, 503, 529])('MODEL_UNAVAILABLE: %i', async (status) => {
    const reply = await replyWhen((response) =>
      json(response, status, { error: { message: KEY, type: 'x' } }),
    );
    expect(reply).toMatchObject({ kind: 'unavailable', cause: { status } });
    expect(reply).toHaveProperty('retryAfterMilliseconds', undefined);
  });

  it.each([
    ['7', 7000],
    ['0.5', 500],
    ['Thu, 01 Jan 2026 00:00:09 GMT', 9000],
    ['Wed, 31 Dec 2025 23:59:59 GMT', 0],
    ['soon', undefined],
  ])('MODEL_UNAVAILABLE: 429 that says when to come back: %s', async (retryAfter, wait) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1) });
    const reply = await replyWhen((response) =>
      json(response, 429, {}, { 'retry-after': retryAfter }),
    );
    vi.useRealTimers();
    expect(reply).toMatchObject({ kind: 'unavailable' });
    expect(reply).toHaveProperty('retryAfterMilliseconds', wait);
  });

  it('MODEL_UNAVAILABLE: nobody listens', async () => {
    const gone = await startModelServer(() => undefined);
    await gone.close();
    const reply = await openAi({ address: gone.url }).ask(QUESTION, BOUNDS);
    expect(reply).toMatchObject({ kind: 'unavailable' });
  });

  it('MODEL_UNAVAILABLE: no answer comes', async () => {
    const reply = await replyWhen(() => undefined, { timeoutMilliseconds: 100 });
    expect(reply).toMatchObject({ kind: 'unavailable' });
  });

  it('MODEL_UNAVAILABLE: an answer stops in its middle', async () => {
    const begun = (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"choices":[');
    };
    const silent = await replyWhen(begun, { timeoutMilliseconds: 200 });
    const cut = await replyWhen((response) => {
      begun(response);
      response.write('{', () => response.destroy());
    });
    expect([silent.kind, cut.kind]).toEqual(['unavailable', 'unavailable']);
  });
});

describe('MODEL_REFUSED', () => {
  it.each([400, 401, 403, 404, 413, 422])('MODEL_REFUSED: %i', async (status) => {
    const reply = await replyWhen((response) =>
      json(response, status, { error: { message: 'no', type: 'x' } }),
    );
    expect(reply).toMatchObject({ kind: 'refused', cause: { status } });
  });

  it.each([301, 302, 303, 307, 308])(
    'MODEL_REFUSED: %i, which leads the key nowhere else',
    async (status) => {
      const elsewhere = await startModelServer((_request, response) => json(response, 200, {}));
      const reply = await replyWhen((response) => {
        response.writeHead(status, { location: `${elsewhere.url}/v1/chat/completions` });
        response.end();
      });
      expect(reply).toMatchObject({ kind: 'refused', cause: { status } });
      expect(elsewhere.requests).toEqual([]);
      await elsewhere.close();
    },
  );
});

describe('Amazon Bedrock', () => {
  const credentials = {
    accessKeyId: 'AKIATESTTESTTEST',
    secretAccessKey: 'canary-of-the-secret-access-key',
    sessionToken: 'session-token',
  };
  const bedrock = () =>
    bedrockModel({
      modelId: 'eu.amazon.nova-lite-v1:0',
      region: 'eu-central-1',
      endpoint: server.url,
      credentials: () => credentials,
    });
  const usage = { inputTokens: 300, outputTokens: 40, totalTokens: 340 };
  /** What Converse answers when the model uses the tool that it is made to use. */
  const converse = (input: unknown) => ({
    output: {
      message: {
        role: 'assistant',
        content: [{ toolUse: { toolUseId: 't1', name: 'json', input } }],
      },
    },
    stopReason: 'tool_use',
    usage,
    metrics: { latencyMs: 100 },
  });

  it('is asked through Converse, signed as the role, without any key', async () => {
    vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', 'a key of somebody else');
    server.behave = (_request, response) => json(response, 200, converse(ANSWER));
    const reply = await bedrock().ask(QUESTION, BOUNDS);
    vi.unstubAllEnvs();
    expect(reply).toEqual({ kind: 'answered', answer: ANSWER, tokens: 340 });
    const [request] = server.requests;
    expect(request?.path).toBe('/model/eu.amazon.nova-lite-v1%3A0/converse');
    expect(request?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIATESTTESTTEST\/\d{8}\/eu-central-1\/bedrock\/aws4_request, SignedHeaders=\S+, Signature=[0-9a-f]{64}$/,
    );
    expect(request?.headers['x-amz-security-token']).toBe('session-token');
    expect(JSON.stringify(request)).not.toContain(credentials.secretAccessKey);
    expect(request?.body).toMatchObject({
      system: [{ text: QUESTION.instructions }],
      messages: [{ role: 'user', content: [{ text: QUESTION.data }] }],
      inferenceConfig: { maxTokens: 500 },
      toolConfig: {
        tools: [{ toolSpec: { name: 'json', inputSchema: { json: { type: 'object' } } } }],
        toolChoice: { any: {} },
      },
    });
  });

  it.each([
    [429, 'ThrottlingException', 'unavailable'],
    [503, 'ServiceUnavailableException', 'unavailable'],
    [403, 'AccessDeniedException', 'refused'],
    [400, 'ValidationException', 'refused'],
    [404, 'ResourceNotFoundException', 'refused'],
  ])('MODEL_UNAVAILABLE and MODEL_REFUSED: %i %s is %s', async (status, type, kind) => {
    server.behave = (_request, response) =>
      json(response, status, { message: 'not now' }, { 'x-amzn-errortype': type });
    expect(await bedrock().ask(QUESTION, BOUNDS)).toMatchObject({ kind, cause: { status } });
  });

  it('MODEL_BAD_ANSWER: says something instead of using the tool', async () => {
    const message = { role: 'assistant', content: [{ text: 'It is Fun.' }] };
    server.behave = (_request, response) =>
      json(response, 200, { output: { message }, stopReason: 'end_turn', usage });
    expect(await bedrock().ask(QUESTION, BOUNDS)).toMatchObject({ kind: 'bad' });
  });
});
