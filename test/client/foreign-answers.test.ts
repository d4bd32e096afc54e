import { describe, expect, it } from 'vitest';
import { ForeignAnswerError } from '../../client/api-error.ts';
import { answered, endOf, openClient } from '../../client/client.ts';
import { uuid } from '../domain/builders.ts';

const JOB = uuid(1);

const openAt = (answer: () => Response) =>
  openClient('https://somebody.invalid', async () => answer());

describe('somebody else who says that all is well', () => {
  it.each([
    ['a page', '<html>Canary</html>', 'is no JSON'],
    ['JSON of its own', '{"status":"Canary"}', 'has no job'],
    ['JSON whose job is null', '{"job":null}', 'has no job'],
    ['JSON that is null', 'null', 'has no job'],
    ['nothing', '', 'has no job'],
  ])('with %s is told as such, without a word of it', async (_what, text, fault) => {
    const headers = { 'content-length': String(text.length) };
    const api = openAt(() => new Response(text, { headers }));
    const call = answered(api.GET('/jobs/{jobId}', { params: { path: { jobId: JOB } } }), 'job');
    await expect(call).rejects.toThrow(
      `What answers at the address is not the API: its answer ${fault}.`,
    );
  });

  it('is not asked again for the end of a job', async () => {
    let calls = 0;
    const api = openAt(() => {
      calls += 1;
      return Response.json({ status: 'ok' });
    });
    await expect(endOf(api, JOB)).rejects.toThrow(ForeignAnswerError);
    expect(calls).toBe(1);
  });
});
