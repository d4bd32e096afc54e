import type { ServerResponse } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { ANSWER, askedServer, BOUNDS, KEY, QUESTION } from './asked-server.ts';
import { json, startModelServer } from './model-server.ts';

/** What becomes of a question to a server that speaks its protocol badly, or not at all. */

const asked = askedServer();
const { openAi, replyWhen, whenSaid } = asked;

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

  it.each([
    ['an answer that the address itself finds to be no JSON', 'json_validate_failed'],
    ['a question that the address filters', 'content_filter'],
    ['a question that the address takes for an attack', 'invalid_prompt'],
  ])('MODEL_BAD_ANSWER: %s', async (_what, code) => {
    const error = { message: 'no', type: 'invalid_request_error', code };
    const reply = await replyWhen((response) => json(response, 400, { error }));
    expect(reply).toMatchObject({ kind: 'bad', cause: { status: 400 } });
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

  it.each([
    { type: 'insufficient_quota', code: 'insufficient_quota' },
    { type: 'insufficient_quota', code: 'credit_balance_exhausted' },
    { type: null, code: 'insufficient_quota' },
    { type: 'billing_not_active', code: null },
  ])('MODEL_REFUSED: 429 of an account that has nothing left: %j', async (error) => {
    const reply = await replyWhen((response) =>
      json(response, 429, { error: { message: 'no', ...error } }),
    );
    expect(reply).toMatchObject({ kind: 'refused', cause: { status: 429 } });
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
