import aws4 from 'aws4';
import type { RequestSigning } from '../environment.ts';
import { domainsOf } from './domains.ts';

/**
 * Links that let their holder fetch one object of the bucket, for a short time and without credentials of their own
 * (Signature Version 4 in the query). The whole S3 client would be a third of the function for this one thing.
 */
export class DownloadLinks {
  private readonly signing: () => RequestSigning;
  private readonly bucketName: string;

  /** @param signing region, credentials and endpoint; asked for each time, because credentials are replaced. */
  constructor(signing: () => RequestSigning, bucketName: string) {
    this.signing = signing;
    this.bucketName = bucketName;
  }

  /** Asks nobody: a link to what is not there is made all the same. @param fileName to save it under. */
  create(key: string, fileName: string, seconds: number): string {
    const { region, credentials, endpoint } = this.signing();
    const base =
      endpoint === undefined
        ? new URL(`https://${this.bucketName}.s3.${region}.${domainsOf(region).services}/`)
        : new URL(`${this.bucketName}/`, `${endpoint.replace(/\/+$/, '')}/`);
    const query = new URLSearchParams({
      'X-Amz-Expires': String(seconds),
      'response-content-disposition': `attachment; filename="${fileName}"`,
      'response-content-type': 'application/zip',
    });
    const signed = aws4.sign(
      {
        service: 's3',
        region,
        method: 'GET',
        host: base.host,
        path: `${base.pathname}${key}?${query}`,
        signQuery: true,
      },
      credentials,
    );
    return `${base.origin}${signed.path}`;
  }
}
