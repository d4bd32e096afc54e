import './environment-variables.ts';

import { beforeEach, describe, expect, it } from 'vitest';
import { uuid } from '../domain/builders.ts';
import { type CreateJobApi, createJobApi } from './create-job-api.ts';
import { messagesIn } from './gateway.ts';

const budgetId = uuid(0xb1);
const SYNC = { type: 'budget_sync', budgetId };

let api: CreateJobApi;

beforeEach(() => {
  api = createJobApi();
});

describe('a body as it is sent', () => {
  it.each([
    ['half a body', '{"type":'],
    ['nothing', ''],
    ['deep nesting without an end', '['.repeat(60_000)],
  ])('wants JSON: %s', async (_what, body) => {
    const answer = await api.raw(body);
    expect(answer.status).toBe(400);
    expect(messagesIn(answer)).toEqual(['has to be JSON in UTF-8, of whole characters']);
  });

  it('refuses half a character, which JSON may escape', async () => {
    const named = (id: string) =>
      api.raw(
        `{"type":"suggestions_retry_payee","budgetId":"${budgetId}","suggestionId":"${id}.1"}`,
      );
    for (const half of ['\\ud83c', '\\uDF55a', '\\ud83c\\\\udf55']) {
      const answer = await named(half);
      expect(answer.status).toBe(400);
      expect(messagesIn(answer)).toEqual(['has to be JSON in UTF-8, of whole characters']);
    }
    expect((await named('\\ud83c\\udf55\\\\ud83c')).status).toBe(201);
  });

  it('takes up to 64 KB', async () => {
    const fill = (bytes: number) => {
      const body = JSON.stringify(SYNC);
      return body + ' '.repeat(bytes - body.length);
    };
    expect((await api.raw(fill(65_536))).status).toBe(201);
    expect((await api.raw(fill(65_537))).status).toBe(413);
  });

  it('counts bytes, not characters', async () => {
    expect((await api.raw(JSON.stringify('ä'.repeat(40_000)))).status).toBe(413);
  });

  it('reads a body that comes in base64', async () => {
    const encoded = { isBase64Encoded: true };
    const base64 = (bytes: Buffer) => bytes.toString('base64');
    expect((await api.raw(base64(Buffer.from(JSON.stringify(SYNC))), encoded)).status).toBe(201);
    const latin1 = await api.raw(base64(Buffer.from([0x22, 0xff, 0x22])), encoded);
    expect(messagesIn(latin1)).toEqual(['has to be JSON in UTF-8, of whole characters']);
    expect((await api.raw(base64(Buffer.alloc(65_537, 0x20)), encoded)).status).toBe(413);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])(
    'refuses a body of type %j',
    async (type) => {
      const answer = await api.posted(SYNC, { headers: { 'content-type': type } });
      expect(answer.status).toBe(415);
    },
  );

  it.each(['application/json', 'Application/JSON; charset=utf-8'])(
    'takes a body of type %s',
    async (type) => {
      const answer = await api.posted(SYNC, { headers: { 'content-type': type } });
      expect(answer.status).toBe(201);
    },
  );
});
