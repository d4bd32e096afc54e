import type { FunctionInvoker, LocalCredentials, ResolvedStack } from '../contract.ts';
import type { LoopbackService } from './loopback.ts';
import {
  type ServiceAnswer,
  type ServiceRequest,
  startLoopbackService,
} from './loopback-service.ts';

export interface LambdaOptions {
  readonly stack: ResolvedStack;
  readonly invoker: FunctionInvoker;
  readonly credentials: LocalCredentials;
}

/** Lambda's `Invoke`, of the kind that waits for the answer, over the functions of this machine. */
export function startLambda(options: LambdaOptions): Promise<LoopbackService> {
  return startLoopbackService({
    credentials: options.credentials,
    answer: (request) => invoke(request, options),
  });
}

async function invoke(
  { path, headers, body }: ServiceRequest,
  { stack, invoker }: LambdaOptions,
): Promise<ServiceAnswer> {
  const [, name = ''] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path) ?? [];
  const found = stack.resources.find(
    ({ type, physicalId }) =>
      type === 'AWS::Lambda::Function' && physicalId === decodeURIComponent(name),
  );
  if (found === undefined) return exception(404, 'ResourceNotFoundException');
  const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type !== 'RequestResponse') return exception(400, 'InvalidParameterValueException');
  const result = await invoker.invoke(found.physicalId, JSON.parse(body || 'null'));
  switch (result.kind) {
    case 'success':
      return answer(200, result.payload);
    case 'error':
      return answer(200, result.error, { 'x-amz-function-error': 'Unhandled' });
    case 'throttled':
      return exception(429, 'TooManyRequestsException');
  }
}

function answer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): ServiceAnswer {
  const json = { 'content-type': 'application/json', ...headers };
  return { status, headers: json, body: JSON.stringify(body) };
}

function exception(status: number, name: string): ServiceAnswer {
  return answer(status, { Type: 'User', Message: name }, { 'x-amzn-errortype': name });
}
