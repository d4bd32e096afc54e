import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { fieldOf } from '../../domain/json.ts';
import { type FieldError, ProblemError } from './problem.ts';
import { inOurWords } from './wording.ts';

/** Reading a request: everything that comes in is parsed here, or refused with the fields at fault. */

/** Far above the largest body that makes sense (500 suggestion ids). */
export const BODY_BYTES_MAX = 64 * 1024;

/** @throws ProblemError 400 naming each wrong, unknown or repeated parameter. */
export function parseQuery<T>(schema: z.ZodType<T>, event: APIGatewayProxyEventV2): T {
  const parameters = [...new URLSearchParams(event.rawQueryString)];
  const names = parameters.map(([name]) => name);
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  if (repeated.length > 0) {
    throw invalid(repeated.map((field) => ({ field: shown(field), message: 'is given twice' })));
  }
  return parse(schema, Object.fromEntries(parameters), (path) => path.join('.'));
}

/** @throws ProblemError 400 when a part of the path is not what it should be. */
export function parsePath<T>(schema: z.ZodType<T>, event: APIGatewayProxyEventV2): T {
  return parse(schema, event.pathParameters ?? {}, (path) => path.join('.'));
}

/** @throws ProblemError 413, 415, or 400 naming each wrong field by its JSON pointer. */
export function parseBody<T>(schema: z.ZodType<T>, event: APIGatewayProxyEventV2): T {
  const bytes = bodyOf(event);
  const [type = ''] = (event.headers['content-type'] ?? 'application/json').split(';');
  if (type.trim().toLowerCase() !== 'application/json') {
    throw new ProblemError('unsupported-media-type', 'Send the body as application/json.');
  }
  return parse(schema, jsonIn(bytes), pointer);
}

/** A field of the body where that is JSON; what is wrong with it otherwise is for `parseBody` to say. */
export function fieldOfBody(event: APIGatewayProxyEventV2, name: string): unknown {
  try {
    return fieldOf(jsonIn(bodyOf(event)), name);
  } catch {
    return undefined;
  }
}

/** @throws ProblemError 400 when something was sent to a call that takes no body. */
export function parseNoBody(event: APIGatewayProxyEventV2): void {
  const text = bodyOf(event).toString('utf8').trim();
  if (text !== '' && text !== '{}') throw invalid([{ field: '', message: 'has to be empty' }]);
}

/** @throws ProblemError 400 when the header is there but not as it should be. */
export function parseHeader<T>(
  schema: z.ZodType<T>,
  event: APIGatewayProxyEventV2,
  name: string,
): T | undefined {
  const value = event.headers[name.toLowerCase()];
  return value === undefined ? undefined : parse(schema, value, () => name);
}

/**
 * Who calls: account and role or user, or issuer and subject; never a session's name.
 *
 * @throws ProblemError 403 when the gateway does not say: a token without a subject, or a route without an authorizer, which lets
 * nobody in.
 */
export function callerOf(event: APIGatewayProxyEventV2): string {
  const parsed = Caller.safeParse(event.requestContext);
  if (parsed.success) return parsed.data;
  const isToken = Token.safeParse(event.requestContext).success;
  throw new ProblemError('forbidden', isToken ? NO_SUBJECT : 'Nobody is known to have sent this.');
}

const NO_SUBJECT =
  'The token has no sub, by which jobs and decisions say who sent them. Have its issuer put that claim into it.';

const Token = z.object({ authorizer: z.object({ jwt: z.object({ claims: z.object() }) }) });
const Iam = z.object({
  authorizer: z.object({ iam: z.object({ accountId: z.string(), userId: z.string() }) }),
});
const Jwt = z.object({
  authorizer: z.object({
    jwt: z.object({ claims: z.object({ iss: z.string(), sub: z.string() }) }),
  }),
});
const Caller = z.union([
  Iam.transform(({ authorizer: { iam } }) => `${iam.accountId}/${principalIdOf(iam)}`),
  Jwt.transform(({ authorizer: { jwt } }) => `${jwt.claims.iss} ${jwt.claims.sub}`),
]);

/**
 * The user id of an assumed role is `<role id>:<session name>`; that of a federated user is `<account>:<name>`, and without its
 * name that of the account's root.
 */
function principalIdOf({ accountId, userId }: z.infer<typeof Iam>['authorizer']['iam']): string {
  const [id = ''] = userId.split(':');
  return id === accountId ? userId : id;
}

function bodyOf(event: APIGatewayProxyEventV2): Buffer {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.byteLength > BODY_BYTES_MAX) {
    throw new ProblemError('body-too-large', `A body may have at most ${BODY_BYTES_MAX} bytes.`);
  }
  return bytes;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function jsonIn(bytes: Buffer): unknown {
  try {
    const text = UTF8.decode(bytes);
    return JSON.parse(text, SURROGATE.test(text) ? wellFormed : undefined);
  } catch {
    throw invalid([{ field: '', message: 'has to be JSON in UTF-8, of whole characters' }]);
  }
}

const SURROGATE = /\\u[dD][89a-fA-F]/;

/** JSON may escape half of a pair of surrogates (RFC 8259, section 8.2), which no text has, and the table refuses. */
function wellFormed(_name: string, value: unknown): unknown {
  if (typeof value === 'string' && !value.isWellFormed()) throw new RangeError('Half a character');
  return value;
}

/** RFC 6901. */
function pointer(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}

function parse<T>(
  schema: z.ZodType<T>,
  value: unknown,
  nameOf: (path: readonly PropertyKey[]) => string,
): T {
  const parsed = schema.safeParse(value, { error: inOurWords });
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues.flatMap((issue) => fieldErrors(issue, nameOf)));
}

function fieldErrors(
  issue: z.core.$ZodIssue,
  nameOf: (path: readonly PropertyKey[]) => string,
): readonly FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: shown(nameOf([...issue.path, key])),
      message: issue.message,
    }));
  }
  return [{ field: shown(nameOf(issue.path)), message: issue.message }];
}

/** A name chosen by the caller, cut to what a person can read. */
function shown(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);
}

const ERRORS_SHOWN = 20;

function invalid(errors: readonly FieldError[]): ProblemError {
  const shownErrors = errors.slice(0, ERRORS_SHOWN);
  const detail = shownErrors
    .map(({ field, message }) => `${field === '' ? 'The body' : field} ${message}`)
    .join('; ');
  return new ProblemError('invalid-request', `${detail}.`, { errors: shownErrors });
}
