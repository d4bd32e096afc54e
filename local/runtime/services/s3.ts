import { createServer, type IncomingMessage } from 'node:http';
import S3rver from '@20minutes/s3rver';
import account from '@20minutes/s3rver/lib/models/account.js';
import type { LocalCredentials, ResolvedStack, RunningPart } from '../contract.ts';

/** The key that the bucket server accepts unless told otherwise: everybody knows it. */
const WELL_KNOWN_KEY = 'S3RVER';

/** The stack's buckets, as files in a folder; for holders of the data folder's credentials alone. */
export async function startS3(options: {
  readonly stack: ResolvedStack;
  readonly folder: string;
  readonly credentials: LocalCredentials;
}): Promise<RunningPart & { readonly url: string }> {
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
  await s3.configureBuckets();
  const handle = s3.callback();
  const server = createServer((request, response) => {
    if (isSignedBy(request, accessKeyId)) {
      void handle(request, response);
    } else {
      // The bucket server would let whoever signs nothing do anything.
      response.writeHead(403).end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('S3 has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Signed in the header, or in the query as links are; the bucket server checks the signature itself. */
function isSignedBy({ headers, url = '' }: IncomingMessage, accessKeyId: string): boolean {
  return (
    headers.authorization?.includes(`Credential=${accessKeyId}/`) === true ||
    url.includes(`X-Amz-Credential=${accessKeyId}%2F`)
  );
}
