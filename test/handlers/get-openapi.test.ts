import './environment-variables.ts';

import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type * as z from 'zod';
import type { NewSuggestionsApply, paths } from '../../client/schema.ts';
import {
  JOB_TYPES,
  type JobCounts,
  type JobEvent,
  type JobStep,
  type JobWarning,
} from '../../functions/domain/job.ts';
import type { SuggestedTransaction, Suggestion } from '../../functions/domain/suggestion.ts';
import { handler } from '../../functions/handlers/get-openapi.ts';
import type {
  EventOut,
  JobOut,
  StepOut,
  SuggestionOut,
} from '../../functions/handlers/http/answer-schemas.ts';
import type { JobView } from '../../functions/handlers/http/job-view.ts';
import { PROBLEMS } from '../../functions/handlers/http/problem.ts';
import { expectDocumented, published } from './document.ts';
import { fieldsIn, gatewayEvent, send } from './gateway.ts';

const event = (query = '') => gatewayEvent({ path: '/openapi.json', pathParameters: {}, query });

/** Every value under a key, wherever it stands. */
function valuesOf(key: string, within: unknown): readonly unknown[] {
  if (typeof within !== 'object' || within === null) return [];
  return Object.entries(within).flatMap(([name, value]) => [
    ...(name === key ? [value] : []),
    ...valuesOf(key, value),
  ]);
}

function at(pointer: string, within: unknown): unknown {
  const parts = pointer.replace(/^#\//, '').split('/');
  return parts.reduce<unknown>((value, part) => {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    return typeof value === 'object' && value !== null
      ? Object.entries(value).find(([name]) => name === key)?.[1]
      : undefined;
  }, within);
}

describe('GET /openapi.json', () => {
  it('answers with the document', async () => {
    const answer = await send(handler, event());
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(published);
    expectDocumented('GET /openapi.json', answer);
  });

  it('says where its paths are also where a domain has the API under a path', async () => {
    const path = '/money/openapi.json';
    const { body } = await send(handler, gatewayEvent({ path, pathParameters: {} }));
    expect(body).toEqual({
      ...Object(published),
      servers: [expect.objectContaining({ url: '/money' })],
    });
  });

  it('may be kept by its reader for five minutes', async () => {
    const { headers } = await send(handler, event());
    expect(headers['cache-control']).toBe('private, max-age=300');
  });

  it('refuses parameters', async () => {
    expect(fieldsIn(await send(handler, event('version=3.0')))).toEqual(['version']);
  });
});

describe('the document', () => {
  it('is OpenAPI 3.1', () => {
    expect(published).toMatchObject({ openapi: '3.1.0', info: { title: 'actual-jobs' } });
  });

  it('has every call, each under a name of its own', () => {
    const paths = Object.entries(Object(at('#/paths', published)));
    const calls = paths.flatMap(([path, methods]) =>
      Object.keys(Object(methods)).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(calls.sort()).toEqual([
      'GET /budgets/{budgetId}/snapshots',
      'GET /budgets/{budgetId}/snapshots/{snapshotId}/download',
      'GET /budgets/{budgetId}/suggestions',
      'GET /jobs',
      'GET /jobs/{jobId}',
      'GET /jobs/{jobId}/events',
      'GET /openapi.json',
      'PATCH /budgets/{budgetId}/suggestions',
      'PATCH /budgets/{budgetId}/suggestions/{suggestionId}',
      'POST /jobs',
      'POST /jobs/{jobId}/cancel',
      'POST /jobs/{jobId}/retry',
    ]);
    const names = valuesOf('operationId', published);
    expect(new Set(names).size).toBe(calls.length);
  });

  it('refers to nothing that is not there', () => {
    const references = valuesOf('$ref', published);
    expect(references.length).toBeGreaterThan(10);
    for (const reference of references) {
      expect(at(String(reference), published), String(reference)).toBeDefined();
    }
  });

  it('names every parameter of a path', () => {
    for (const [path, methods] of Object.entries(Object(at('#/paths', published)))) {
      const expected = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const [method, operation] of Object.entries(Object(methods))) {
        const named = valuesOf('parameters', operation)
          .flatMap((parameters) => (Array.isArray(parameters) ? parameters : []))
          .filter((parameter) => parameter.in === 'path')
          .map((parameter) => parameter.name);
        expect(named, `${method} ${path}`).toEqual(expected);
      }
    }
  });

  it('has schemas that are valid JSON Schema', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const schemas = valuesOf('schema', published);
    expect(schemas.length).toBeGreaterThan(20);
    for (const schema of schemas) {
      expect(ajv.validateSchema(Object(schema)), JSON.stringify(schema)).toBe(true);
    }
  });

  it('has patterns that mean the same to engines without Unicode properties, as Python has', () => {
    const patterns = valuesOf('pattern', published).map(String);
    expect(patterns.length).toBeGreaterThan(20);
    expect(patterns.filter((pattern) => /\\p\{/i.test(pattern))).toEqual([]);
  });

  it('says the type of each alternative: generators of clients take one without for anything', () => {
    const alternatives = ['anyOf', 'oneOf'].flatMap((key) => valuesOf(key, published)).flat();
    expect(alternatives.length).toBeGreaterThan(20);
    for (const one of alternatives) {
      expect(Object.keys(Object(one)), JSON.stringify(one)).toContainEqual(
        expect.stringMatching(/^(type|\$ref)$/),
      );
    }
  });

  it('gives the client types that hold every answer and nothing but what the API takes', () => {
    expectTypeOf<NewSuggestionsApply['minConfidence']>().toEqualTypeOf<number | undefined>();
    type Document = paths['/openapi.json']['get']['responses'][200]['content']['application/json'];
    expectTypeOf<Document['paths']>().toEqualTypeOf<unknown>();
  });

  it('says that its paths begin where it comes from, and that each is called with a signature or a token', () => {
    expect(published).toMatchObject({ servers: [{ url: '/' }] });
    const calls = Object.values(Object(at('#/paths', published))).flatMap((methods) =>
      Object.values(Object(methods)),
    );
    for (const call of calls) {
      const ways = Object(call).security.flatMap((way: object) => Object.keys(way));
      expect(ways).toEqual(['signature', 'token']);
    }
  });

  it('closes what comes in', () => {
    const bodies = valuesOf('schemas', published)
      .flatMap((schemas) => Object.entries(Object(schemas)))
      .filter(([name]) => name.startsWith('New'));
    // The scheduler's own type is no caller's.
    expect(bodies).toHaveLength(JOB_TYPES.length - 1);
    for (const [name, schema] of bodies) {
      expect(Object(schema).additionalProperties, name).toBe(false);
    }
  });

  it('says of a body that is too large that the gateway may answer that in its own form too', () => {
    const refusals = valuesOf('413', published);
    expect(refusals).toHaveLength(5);
    for (const refusal of refusals) {
      expect(Object(refusal).content).toMatchObject({
        'application/json': { schema: { $ref: '#/components/schemas/GatewayRefusal' } },
      });
    }
  });

  it.each(['401', '403', '429', '500', '503'])(
    'says of every call that the gateway may answer %s in its own form',
    (status) => {
      const operations = Object.values(Object(at('#/paths', published))).flatMap((methods) =>
        Object.values(Object(methods)),
      );
      expect(operations.length).toBeGreaterThan(10);
      for (const operation of operations) {
        expect(Object(operation).responses[status]).toMatchObject({
          content: {
            'application/json': { schema: { $ref: '#/components/schemas/GatewayRefusal' } },
          },
        });
      }
    },
  );

  it('tells the problems of one status apart by their titles', () => {
    const titles = Object.values(PROBLEMS).map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });
});

describe('the schemas of answers', () => {
  it('have the fields of the data model, no more and no fewer', () => {
    type Out<Schema extends z.ZodType> = z.output<Schema>;
    type JobFields = Out<typeof JobOut>;
    type Metadata = JobFields['metadata'];
    expectTypeOf<keyof JobFields>().toEqualTypeOf<keyof JobView>();
    expectTypeOf<keyof Metadata>().toEqualTypeOf<keyof JobView['metadata']>();
    expectTypeOf<keyof NonNullable<Metadata['counts']>>().toEqualTypeOf<keyof JobCounts>();
    expectTypeOf<keyof NonNullable<Metadata['warnings']>[number]>().toEqualTypeOf<
      keyof JobWarning
    >();
    expectTypeOf<keyof Out<typeof StepOut>>().toEqualTypeOf<keyof JobStep>();
    expectTypeOf<keyof Out<typeof EventOut>>().toEqualTypeOf<keyof JobEvent>();
    type SuggestionFields = Out<typeof SuggestionOut>;
    expectTypeOf<keyof SuggestionFields>().toEqualTypeOf<keyof Suggestion>();
    expectTypeOf<keyof SuggestionFields['transaction']>().toEqualTypeOf<
      keyof SuggestedTransaction
    >();
    expectTypeOf<JobStep>().toExtend<Readonly<Out<typeof StepOut>>>();
    expectTypeOf<JobEvent>().toExtend<Readonly<Out<typeof EventOut>>>();
  });
});
