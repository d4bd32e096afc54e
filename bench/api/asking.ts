import { gatewayEvent, type Request } from '../../test/handlers/gateway.ts';
import type { ApiFunction } from './functions.ts';

/** A kind of request that is measured, and what such requests are made of. */

export interface Asking {
  /** Unique; the names of figures end in it. */
  readonly name: string;
  readonly what: string;
  readonly to: ApiFunction;
  /** As the gateway names it. */
  readonly route: string;
  /** What an answer has to have. */
  readonly status: number;
  /** `one`: may ask the table once at most. `more`: is one of those that may ask it more often. */
  readonly kind: 'one' | 'more';
  /** Makes so many requests, with what has to be in the table for them. */
  readonly make: (count: number) => Promise<readonly Request[]>;
}

/** The same request each time. */
export function same(request: Request): Asking['make'] {
  return async (count) => Array.from({ length: count }, () => request);
}

export function aboutJob(jobId: string, more: Request = {}): Request {
  return { pathParameters: { jobId }, ...more };
}

export function aboutBudget(budgetId: string, more: Request = {}): Request {
  return { pathParameters: { budgetId }, ...more };
}

/** A request as the gateway hands it over. */
export function eventOf({ route }: Asking, request: Request): ReturnType<typeof gatewayEvent> {
  const event = gatewayEvent({
    ...request,
    headers: { 'content-type': 'application/json', ...request.headers },
  });
  return { ...event, routeKey: route };
}
