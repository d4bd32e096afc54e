import aws4 from 'aws4';

/** Ways of sending a call so that the API knows who calls. */

export type Send = (request: Request) => Promise<Response>;

/** As the AWS SDKs have them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/**
 * Signs each call with AWS Signature Version 4: for an API that asks for IAM.
 *
 * @param credentials asked for with each call, since those of a role run out.
 */
export function signed(credentials: () => Promise<Credentials>, region: string): Send {
  return async (request) => {
    const { method, url } = request;
    const { host, pathname, search } = new URL(url);
    const body = await request.text();
    const { accessKeyId, secretAccessKey, sessionToken } = await credentials();
    const { headers = {} } = aws4.sign(
      {
        method,
        host,
        path: pathname + search,
        service: 'execute-api',
        region,
        headers: Object.fromEntries(request.headers),
        ...(body === '' ? {} : { body }),
      },
      { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) },
    );
    return fetch(url, {
      method,
      headers: Object.entries(headers).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]),
      ...(body === '' ? {} : { body }),
      redirect: 'manual',
      signal: request.signal,
    });
  };
}

/** Sends a token with each call: for an API with a JWT authorizer. */
export function withToken(token: string): Send {
  return (request) => {
    request.headers.set('authorization', `Bearer ${token}`);
    return fetch(request, { redirect: 'manual' });
  };
}
