/** What is used here of the bucket server, which has no types of its own. */
declare module '@20minutes/s3rver' {
  import type { IncomingMessage, ServerResponse } from 'node:http';
  import type { Readable } from 'node:stream';

  export interface S3Context {
    readonly headers: IncomingMessage['headers'];
    readonly query: Readonly<Record<string, string | readonly string[] | undefined>>;
    status: number;
  }

  export interface ObjectStore {
    /** @returns length and hash. */
    putContent(file: string, content: Readable): Promise<readonly [number, string]>;
  }

  export default class S3rver {
    readonly store: ObjectStore;
    readonly middleware: ((context: S3Context, next: () => Promise<void>) => Promise<void>)[];
    constructor(options: {
      readonly directory: string;
      readonly silent: boolean;
      readonly vhostBuckets: boolean;
      readonly configureBuckets: readonly { readonly name: string }[];
    });
    configureBuckets(): Promise<unknown>;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  }
}

declare module '@20minutes/s3rver/lib/models/account.js' {
  const account: {
    readonly DUMMY_ACCOUNT: {
      createKeyPair(accessKeyId: string, secretAccessKey: string): void;
      revokeAccessKey(accessKeyId: string): void;
    };
  };
  export default account;
}
