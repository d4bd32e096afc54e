import { createServer, type IncomingMessage } from 'node:http';
import S3rver, { type S3Context } from '@20minutes/s3rver';
import account from '@20minutes/s3rver/lib/models/account.js';
import aws4 from 'aws4';
import { LOCAL_REGION, type LocalCredentials, type ResolvedStack } from '../contract.ts';
import { decoding } from '../http/decoding.ts';
import { isSigned } from '../http/signature.ts';
import { s3Attempt } from '../rights/attempts.ts';
import type { RightsGuard } from '../rights/guard.ts';
import { type LoopbackService, listenOnLoopback } from './loopback.ts';
import { writeWholeObjects } from './whole-objects.ts';

/** The key that the bucket server accepts unless told otherwise: everybody knows it. */
const WELL_KNOWN_KEY = 'S3RVER';

/** The stack's buckets, as files in a folder; for holders of the data folder's credentials alone. */
export async function startS3(options: {
  readonly stack: ResolvedStack;
  readonly folder: string;
  readonly credentials: LocalCredentials;
  readonly guard: RightsGuard;
}): Promise<LoopbackService> {
  const { accessKeyId, secretAccessKey } = options.credentials;
  account.DUMMY_ACCOUNT.createKeyPair(accessKeyId, secretAccessKey);
  account.DUMMY_ACCOUNT.revokeAccessKey(WELL_KNOWN_KEY);
  const buckets = options.stack.resources.filter(({ type }) => type === 'AWS::S3::Bucket');
  const s3 = new S3rver({
    directory: options.folder,
    silent: true,
    vhostBuckets: false,
    configureBuckets: buckets.map(({ physicalId }) => ({ name: physicalId })),
  });
  writeWholeObjects(s3.store, options.folder);
  await s3.configureBuckets();
  s3.middleware.unshift(async (context, next) => {
    // The bucket server verifies signatures where it sees one, and would let whoever signs nothing do anything.
    if (isSignedBy(context, accessKeyId)) await next();
    else context.status = 403;
  });
  const handle = s3.callback();
  const server = createServer((request, response) => {
    if (decoding(request.url?.split('?')[0] ?? '') === undefined) {
      response.writeHead(400).end();
      return;
    }
    const isKnown =
      !isListing(request) ||
      isSigned(request, Buffer.alloc(0), options.credentials, Date.now(), (name) => name === 's3');
    if (isKnown && isAllowed(request, options.guard)) {
      if (isListing(request)) signAnew(request, options.credentials);
      void handle(request, response);
    } else {
      response.writeHead(403).end();
    }
  });
  return listenOnLoopback(server);
}

/** What lies in a bucket: `GET /bucket/?…`. */
function isListing({ method, url = '' }: IncomingMessage): boolean {
  return method === 'GET' && /^\/[^/?]+\/\?/.test(url);
}

/** SDKs sign a bucket's path with a slash at its end; the bucket server verifies it without one. @param request that was verified. */
function signAnew(request: IncomingMessage, credentials: LocalCredentials): void {
  const { host = '', 'x-amz-content-sha256': content = '' } = request.headers;
  const path = (request.url ?? '').replace('/?', '?');
  const { headers } = aws4.sign(
    {
      service: 's3',
      region: LOCAL_REGION,
      method: 'GET',
      host,
      path,
      headers: { 'x-amz-content-sha256': String(content) },
    },
    credentials,
  );
  request.url = path;
  request.headers.authorization = String(headers?.Authorization);
  request.headers['x-amz-date'] = String(headers?.['X-Amz-Date']);
}

/** Signed in the header, or in the query as links are. @param context as the bucket server itself reads the request. */
function isSignedBy({ headers, query }: S3Context, accessKeyId: string): boolean {
  if (headers.authorization !== undefined) {
    return headers.authorization.includes(`Credential=${accessKeyId}/`);
  }
  const credential = String(query['X-Amz-Credential'] ?? '');
  return 'X-Amz-Algorithm' in query && credential.startsWith(`${accessKeyId}/`);
}

/** A link carries its maker's session in the query: whoever has it may do what the maker may. */
function isAllowed(
  { headers, method = '', url = '' }: IncomingMessage,
  guard: RightsGuard,
): boolean {
  const linked = new URLSearchParams(url.split('?')[1]).get('X-Amz-Security-Token');
  const token = headers['x-amz-security-token'] ?? linked ?? undefined;
  return guard.allows(token?.toString(), [s3Attempt(method, url)]);
}
