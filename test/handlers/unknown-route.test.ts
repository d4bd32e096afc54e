import './environment-variables.ts';

import { describe, expect, it } from 'vitest';
import { METHODS_BY_PATH } from '../../functions/handlers/http/methods.ts';
import { openApiDocument } from '../../functions/handlers/http/openapi.ts';
import { handler } from '../../functions/handlers/unknown-route.ts';
import { JOB } from '../domain/builders.ts';
import { type Answered, gatewayEvent, send } from './gateway.ts';

function asked(method: string, path: string): Promise<Answered> {
  return send(handler, gatewayEvent({ method, path, pathParameters: {} }));
}

describe('what no route takes', () => {
  it.each(['/', '/job', '/jobs/', `/jobs/${JOB}/event`, '/openapixjson', '//jobs', '/budgets'])(
    'is a 404 at %s',
    async (path) => {
      const answer = await asked('GET', path);
      expect(answer).toMatchObject({
        status: 404,
        headers: { 'content-type': 'application/problem+json' },
        body: { status: 404, requestId: 'JKJaXmPLvHcESHA=' },
      });
    },
  );

  it.each([
    ['DELETE', '/jobs', 'POST, GET'],
    ['POST', `/jobs/${JOB}`, 'GET'],
    ['PUT', `/jobs/${JOB}/events`, 'GET'],
    ['POST', '/openapi.json', 'GET'],
    ['DELETE', '/budgets/x/suggestions', 'GET, PATCH'],
    ['GET', '/budgets/x/suggestions/y', 'PATCH'],
    ['GET', `/jobs/${JOB}/retry`, 'POST'],
  ])('is a 405 for %s %s that names what is allowed', async (method, path, allow) => {
    const answer = await asked(method, path);
    expect(answer).toMatchObject({ status: 405, headers: { allow }, body: { status: 405 } });
  });

  it('is what the document does not have either', () => {
    const documented = Object.entries(openApiDocument.paths ?? {}).map(([path, operations]) => [
      path,
      Object.keys(operations).map((method) => method.toUpperCase()),
    ]);
    expect(Object.fromEntries(METHODS_BY_PATH)).toEqual(Object.fromEntries(documented));
  });

  it('never repeats the path', async () => {
    const answer = await asked('GET', '/hunter2');
    expect(JSON.stringify(answer.body)).not.toContain('hunter2');
  });
});
