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
 * @param credentials asked for with each call, since those of a role run out. A call with such as no header can carry is
 *   refused with a RangeError.
 */
export function signed(credentials: () => Promise<Credentials>, region: string): Send {
  return async (request) => {
    const { method, url } = request;
    const { host, pathname, search } = new URL(url);
    const body = await request.text();
    const { secretAccessKey, ...shown } = await credentials();
    const accessKeyId = inHeader(shown.accessKeyId, 'the access key id');
    const sessionToken = shown.sessionToken && inHeader(shown.sessionToken, 'the session token');
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

/**
 * Sends a token with each call: for an API with a JWT authorizer.
 *
 * @throws RangeError for a text that is no token.
 */
export function withToken(token: string): Send {
  const authorization = `Bearer ${inHeader(token, 'the token')}`;
  return (request) => {
    request.headers.set('authorization', authorization);
    return fetch(request, { redirect: 'manual' });
  };
}

/** What a header can carry; `fetch` would quote anything else in its error, whoever reads that. */
function inHeader(secret: string, what: string): string {
  const line = secret.trim();
  if (/^[\x21-\x7e]+$/.test(line)) return line;
  throw new RangeError(`A call cannot carry ${what}: it is no line of visible ASCII.`);
}
