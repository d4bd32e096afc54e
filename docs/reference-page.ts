import * as z from 'zod';
import { cell, fieldRows, row, Schema, typeOf } from './schema-rows.ts';

/** docs/reference.md: every call, parameter, field and answer of the OpenAPI document. */

const Content = z.record(z.string(), z.object({ schema: Schema }));
const Operation = z.object({
  operationId: z.string(),
  summary: z.string(),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z
    .array(
      z.object({
        name: z.string(),
        in: z.string(),
        required: z.boolean().default(false),
        schema: Schema,
        description: z.string().optional(),
      }),
    )
    .default([]),
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(
    z.string(),
    z.object({
      description: z.string(),
      headers: z.record(z.string(), z.object({ description: z.string() })).default({}),
      content: Content.default({}),
    }),
  ),
});
type Operation = z.infer<typeof Operation>;
type Responses = Operation['responses'];
const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: z.record(z.string(), Schema) }),
});

/** In every answer of ours, so that no table needs to say so. */
const REQUEST_ID = 'x-request-id';

/** @param openApi the document, as it is published. */
export function referencePage(openApi: unknown): string {
  const { paths, components } = Document.parse(openApi);
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      call: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );
  const common = commonTo(calls.map(({ operation }) => operation.responses));
  return [
    '# Reference of the API',
    '',
    'Written by `npm run docs` from the OpenAPI document, which `GET /openapi.json` has; do not edit. [The page of the API](api.md)',
    'says how to call it and what to make of the answers.',
    '',
    'A call is signed, or has a token with [the scope](access.md) that stands here. Every answer of ours has the header `x-request-id`.',
    '',
    '## Calls',
    '',
    ...table(
      ['call', 'what it does', 'scope'],
      calls.map(({ call, operation }) => [linkToCall(call), operation.summary, scopeOf(operation)]),
    ),
    '## What every call may answer',
    '',
    ...answerTable(common),
    '## Call by call',
    '',
    ...calls.flatMap(({ call, operation }) => sectionOf(call, operation, common)),
    '## Documents',
    '',
    ...Object.entries(components.schemas).flatMap(([name, schema]) => [
      `### \`${name}\``,
      '',
      ...(schema.description === undefined ? [] : [schema.description, '']),
      ...table(['field', 'what it is', 'what it says'], fieldRows(schema)),
    ]),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

/** Answers that each of them has, in the same words. */
function commonTo([first = {}, ...others]: readonly Responses[]): Responses {
  const words = (response: unknown) => JSON.stringify(response);
  const shared = Object.entries(first).filter(([status, response]) =>
    others.every((one) => words(one[status]) === words(response)),
  );
  return Object.fromEntries(shared);
}

function sectionOf(call: string, operation: Operation, common: Responses): readonly string[] {
  const { parameters, requestBody, responses, summary } = operation;
  return [
    `### \`${call}\``,
    '',
    `${summary}. Scope: ${scopeOf(operation)}.`,
    '',
    ...table(
      ['parameter', 'where', 'what it is', 'what it says'],
      parameters.map(({ name, in: place, required, schema, description }) => [
        `\`${name}\``,
        place,
        typeOf(schema) + (required ? '' : ', may be left out'),
        cell(description ?? schema.description ?? ''),
      ]),
    ),
    ...(requestBody === undefined ? [] : bodyOf(requestBody.content)),
    ...answerTable(
      Object.fromEntries(Object.entries(responses).filter(([status]) => !(status in common))),
    ),
  ];
}

function answerTable(responses: Responses): readonly string[] {
  return table(
    ['answer', 'when', 'body', 'headers'],
    Object.entries(responses).map(([status, { description, content, headers }]) => [
      status,
      cell(description),
      [...new Set(Object.values(content).map(({ schema }) => typeOf(schema)))].join(' or '),
      Object.keys(headers)
        .filter((name) => name !== REQUEST_ID)
        .map((name) => `\`${name}\``)
        .join(', '),
    ]),
  );
}

function bodyOf(content: Responses[string]['content']): readonly string[] {
  return Object.entries(content).flatMap(([type, { schema }]) => {
    const rows = fieldRows(schema);
    if (schema.oneOf === undefined && rows.length === 0) {
      return [`The body (\`${type}\`) is a ${typeOf(schema)}.`, ''];
    }
    const kinds = (schema.oneOf ?? []).map((kind) => `- ${typeOf(kind)}`);
    return rows.length === 0
      ? [`The body (\`${type}\`) is one of`, '', ...kinds, '']
      : [`The body (\`${type}\`):`, '', ...table(['field', 'what it is', 'what it says'], rows)];
  });
}

function scopeOf({ security }: Operation): string {
  const scopes = security.flatMap((one) => Object.values(one).flat());
  return scopes.length === 0 ? 'none' : scopes.map((scope) => `\`${scope}\``).join(', ');
}

/** As GitHub makes an anchor of a heading. */
function linkToCall(call: string): string {
  const anchor = call
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
  return `[\`${call}\`](#${anchor})`;
}

/** @param rows cells, or whole rows. Nothing without any. */
function table(
  heads: readonly string[],
  rows: readonly (string | readonly string[])[],
): readonly string[] {
  if (rows.length === 0) return [];
  const lines = rows.map((one) => (typeof one === 'string' ? one : row(...one)));
  return [row(...heads), row(...heads.map(() => '---')), ...lines, ''];
}
