import { expect } from 'vitest';
import { ApiError } from '../../client/api-error.ts';
import type { InvocationResult, ResolvedStack } from '../../local/runtime/contract.ts';
import { startHttpApi } from '../../local/runtime/http/api.ts';
import { uuid } from '../domain/builders.ts';
import { CREDENTIALS } from '../e2e/installation.ts';

export const JOB = uuid(1);
const ROUTES = [
  ['GET /jobs/{jobId}', 'AWS_IAM'],
  ['GET /jobs', 'AWS_IAM'],
  ['POST /jobs', 'AWS_IAM'],
  ['GET /budgets/{budgetId}/snapshots/{snapshotId}/download', 'AWS_IAM'],
  ['GET /openapi.json', 'NONE'],
] as const;

const resource = (type: string, logicalId: string, properties: Record<string, unknown>) => ({
  type,
  logicalId,
  physicalId: logicalId,
  arn: logicalId,
  properties,
});
const STACK: ResolvedStack = {
  stacks: new Map(),
  outputs: {},
  resources: ROUTES.flatMap(([routeKey, AuthorizationType], index) => [
    resource('AWS::ApiGatewayV2::Integration', `I${index}`, { IntegrationUri: routeKey }),
    resource('AWS::ApiGatewayV2::Route', `R${index}`, {
      RouteKey: routeKey,
      Target: `integrations/I${index}`,
      AuthorizationType,
    }),
  ]),
};

/** A gateway that looks at signatures, before functions that answer as they are told. */
export interface AnsweringGateway {
  readonly url: string;
  /** What came through to the functions. */
  events: unknown[];
  /** What the functions answer, one after the other. */
  answers: InvocationResult[];
  close(): Promise<void>;
}

export const answering = (statusCode: number, body: unknown, headers = {}): InvocationResult => ({
  kind: 'success',
  payload: {
    statusCode,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  },
});
export const job = (status: string) => answering(200, { job: { id: JOB, status }, steps: [] });

export async function startAnsweringGateway(): Promise<AnsweringGateway> {
  const api = await startHttpApi({
    stack: STACK,
    callers: [
      {
        credentials: CREDENTIALS,
        userArn: 'arn:aws:iam::000000000000:user/client',
        userId: 'AIDA',
      },
    ],
    port: 0,
    invoker: {
      invoke: async (_function, event) => {
        gateway.events.push(event);
        return gateway.answers.shift() ?? answering(200, { job: {}, jobs: [], paths: {} });
      },
    },
  });
  const gateway: AnsweringGateway = {
    url: api.url,
    events: [],
    answers: [],
    close: () => api.close(),
  };
  return gateway;
}

/** What the API refuses a call with. */
export function refused(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => expect.unreachable('It went through'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(ApiError);
      return error;
    },
  );
}
