import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import aws4 from 'aws4';
import { LOCAL_REGION, type LocalCredentials } from '../contract.ts';

/** Checks AWS signatures (version 4) as API Gateway's IAM authorizer does, and the services behind it. */

const API = 'execute-api';
/** Clocks may differ by this much. */
const SKEW_MS = 5 * 60 * 1000;

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/**
 * True when the request was signed with these credentials, just as it came.
 *
 * @param isFor whether the service that it was signed for is the one that was called.
 */
export function isSigned(
  request: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  body: Buffer,
  credentials: LocalCredentials,
  nowMs: number,
  isFor = (service: string): boolean => service === API,
): boolean {
  const parts = AUTHORIZATION.exec(request.headers.authorization ?? '');
  if (parts === null) return false;
  const [, accessKeyId, day, region, service = '', signedHeaders = '', signature = ''] = parts;
  const date = headerOf(request, 'x-amz-date');
  const names = signedHeaders.split(';');
  if (accessKeyId !== credentials.accessKeyId || region !== LOCAL_REGION || !isFor(service)) {
    return false;
  }
  if (day === undefined || !date.startsWith(day) || !isFresh(date, nowMs)) return false;
  if (!names.includes('host') || !names.includes('x-amz-date')) return false;
  const claimed = headerOf(request, 'x-amz-content-sha256');
  if (claimed !== '' && claimed !== createHash('sha256').update(body).digest('hex')) return false;

  const signer = new aws4.RequestSigner(
    {
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      host: headerOf(request, 'host'),
      service,
      region: LOCAL_REGION,
      headers: Object.fromEntries(names.map((name) => [name, headerOf(request, name)])),
      body,
      doNotModifyHeaders: true,
    },
    credentials,
  );
  // Left to itself, the signer would take the present second for the time of the signature.
  signer.datetime = date;
  const expected = signatureBy(signer);
  return (
    expected.length === signature.length &&
    timingSafeEqual(Buffer.from(expected), Buffer.from(signature))
  );
}

/** Empty for a query that is no text in UTF-8: nobody can have signed that. */
function signatureBy(signer: InstanceType<typeof aws4.RequestSigner>): string {
  try {
    return AUTHORIZATION.exec(String(signer.sign().headers?.Authorization ?? ''))?.[6] ?? '';
  } catch (error) {
    if (error instanceof URIError) return '';
    throw error;
  }
}

/** `20260101T120000Z` within the allowed skew of now. */
function isFresh(date: string, nowMs: number): boolean {
  const parts = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(date);
  if (parts === null) return false;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number);
  const time = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
  return Math.abs(time - nowMs) <= SKEW_MS;
}

function headerOf(request: Pick<IncomingMessage, 'headers'>, name: string): string {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}
