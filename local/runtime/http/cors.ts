import type { IncomingMessage } from 'node:http';
import type { ResolvedStack } from '../contract.ts';

/** The part of a browser's rules about other origins that API Gateway answers by itself, where the API is configured so. */

type Headers = Readonly<Record<string, string>>;

export class Cors {
  private readonly configuration: ReadonlyMap<string, unknown>;

  constructor({ resources }: ResolvedStack) {
    const api = resources.find(({ type }) => type === 'AWS::ApiGatewayV2::Api');
    this.configuration = new Map(Object.entries(Object(api?.properties.CorsConfiguration)));
  }

  /** Headers of the answer to a preflight; undefined when it is none, or the API says nothing about origins. */
  preflight({ method, headers }: IncomingMessage): Headers | undefined {
    const asks = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
    if (!asks || headers.origin === undefined || this.configuration.size === 0) return undefined;
    if (!this.allows(headers.origin)) return {};
    return {
      'access-control-allow-origin': headers.origin,
      ...this.listed('access-control-allow-methods', 'AllowMethods'),
      ...this.listed('access-control-allow-headers', 'AllowHeaders'),
      ...this.listed('access-control-max-age', 'MaxAge'),
    };
  }

  /** Headers that come beside a function's own. */
  headers({ headers: { origin } }: IncomingMessage): Headers {
    if (origin === undefined || !this.allows(origin)) return {};
    return {
      'access-control-allow-origin': origin,
      ...this.listed('access-control-expose-headers', 'ExposeHeaders'),
    };
  }

  private allows(origin: string): boolean {
    return this.values('AllowOrigins').includes(origin);
  }

  private listed(header: string, property: string): Headers {
    const values = this.values(property);
    return values.length === 0 ? {} : { [header]: values.join(',') };
  }

  private values(property: string): readonly string[] {
    const value = this.configuration.get(property);
    return value === undefined ? [] : [value].flat().map(String);
  }
}
