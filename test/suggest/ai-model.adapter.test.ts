import type { ServerResponse } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { bedrockModel } from '../../functions/suggest/model/ai-model.ts';
import { ANSWER, askedServer, BOUNDS, KEY, QUESTION } from './asked-server.ts';
import { completion, json } from './model-server.ts';

/** The `ai` package against servers that speak its protocols, well and badly. */
const asked = askedServer();
const { openAi, replyWhen, whenSaid } = asked;

describe('an address that speaks as OpenAI', () => {
  it('is asked once, with the key, the question as data and a schema of the answer', async () => {
    const reply = await whenSaid(JSON.stringify(ANSWER));
    expect(reply).toEqual({ kind: 'answered', answer: ANSWER, tokens: 340 });
    expect(asked.server.requests).toHaveLength(1);
    const [request] = asked.server.requests;
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
    expect(asked.server.requests[0]?.body.response_format).toEqual({ type: 'json_object' });
  });

  it('that calls the longest answer otherwise is told so', async () => {
    await replyWhen((response) => json(response, 500, {}), {
      outputTokensField: 'max_completion_tokens',
    });
    expect(asked.server.requests[0]?.body).toMatchObject({ max_completion_tokens: 500 });
    expect(asked.server.requests[0]?.body).not.toHaveProperty('max_tokens');
  });

  it('that wants no key gets none', async () => {
    await replyWhen((response) => json(response, 500, {}), { key: undefined });
    expect(asked.server.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('that wants a key gets it whatever it says', async () => {
    await replyWhen((response) => json(response, 500, {}), { key: async () => 'none' });
    expect(asked.server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer none' });
  });

  it('MODEL_REFUSED: is not asked before its key is there', async () => {
    const model = openAi({ key: async () => undefined });
    expect(await model.ask(QUESTION, BOUNDS)).toMatchObject({ kind: 'refused', sent: false });
    expect(asked.server.requests).toEqual([]);
  });

  it('MODEL_UNAVAILABLE: is not asked while its key cannot be read', async () => {
    const model = openAi({ key: () => Promise.reject(new Error('throttled')) });
    expect(await model.ask(QUESTION, BOUNDS)).toMatchObject({ kind: 'unavailable', sent: false });
    expect(asked.server.requests).toEqual([]);
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
      endpoint: asked.server.url,
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
    asked.server.behave = (_request, response) => json(response, 200, converse(ANSWER));
    const reply = await bedrock().ask(QUESTION, BOUNDS);
    vi.unstubAllEnvs();
    expect(reply).toEqual({ kind: 'answered', answer: ANSWER, tokens: 340 });
    const [request] = asked.server.requests;
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
    asked.server.behave = (_request, response) =>
      json(response, status, { message: 'not now' }, { 'x-amzn-errortype': type });
    expect(await bedrock().ask(QUESTION, BOUNDS)).toMatchObject({ kind, cause: { status } });
  });

  it('MODEL_BAD_ANSWER: uses its tool in a way that Bedrock does not pass on', async () => {
    const message = 'Model produced invalid sequence as part of ToolUse.';
    asked.server.behave = (_request, response) =>
      json(response, 424, { message }, { 'x-amzn-errortype': 'ModelErrorException' });
    expect(await bedrock().ask(QUESTION, BOUNDS)).toMatchObject({
      kind: 'bad',
      cause: { status: 424 },
    });
  });

  it('MODEL_BAD_ANSWER: says something instead of using the tool', async () => {
    const message = { role: 'assistant', content: [{ text: 'It is Fun.' }] };
    asked.server.behave = (_request, response) =>
      json(response, 200, { output: { message }, stopReason: 'end_turn', usage });
    expect(await bedrock().ask(QUESTION, BOUNDS)).toMatchObject({ kind: 'bad' });
  });
});
