import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { openApiDocument } from '../../functions/handlers/http/openapi.ts';
import type { Answered } from './gateway.ts';

/** Checks answers against the OpenAPI document, as a stranger's client would. */

export const published: unknown = JSON.parse(JSON.stringify(openApiDocument));

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema({ $id: 'openapi', ...Object(published) });

/** Fails unless the document has this status, its headers and media type for the operation, and the body fits its schema. */
export function expectDocumented(operation: string, answer: Answered): void {
  const [method = '', path = ''] = operation.split(' ');
  const keys = ['paths', path, method.toLowerCase(), 'responses', String(answer.status)];
  const { headers: documented = {}, content } = Object(at(keys));
  const required = Object.entries(Object(documented)).filter(
    ([, header]) => Object(header).required,
  );
  for (const [name] of required) {
    expect(answer.headers, `${operation} → ${answer.status}`).toHaveProperty(name);
  }
  if (answer.status === 304) {
    expect([content, answer.body, answer.headers['content-type']]).toEqual([
      undefined,
      null,
      undefined,
    ]);
    return;
  }
  const type = String(answer.headers['content-type']);
  const pointer = [...keys, 'content', type, 'schema'].map(escaped).join('/');
  const validate = ajv.getSchema(`openapi#/${pointer}`);
  expect(validate, `${operation} → ${answer.status} ${type} in the document`).toBeDefined();
  validate?.(answer.body);
  expect(validate?.errors ?? []).toEqual([]);
}

/** Whether a value fits the body schema of an operation. */
export function fitsRequestBody(operation: string, body: unknown): boolean {
  const [method = '', path = ''] = operation.split(' ');
  const keys = ['paths', path, method.toLowerCase(), 'requestBody', 'content'];
  const pointer = [...keys, 'application/json', 'schema'].map(escaped).join('/');
  const validate = ajv.getSchema(`openapi#/${pointer}`);
  if (validate === undefined) throw new Error(`${operation} has no body in the document`);
  return validate(body) === true;
}

function at(keys: readonly string[]): unknown {
  return keys.reduce<unknown>((value, key) => Object(value)[key], published);
}

function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}
