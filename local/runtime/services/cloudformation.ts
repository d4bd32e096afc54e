import type { LocalCredentials, ResolvedStack } from '../contract.ts';
import type { LoopbackService } from './loopback.ts';
import { type ServiceAnswer, startLoopbackService } from './loopback-service.ts';

/** CloudFormation's `DescribeStacks`: what the stack's outputs are, in its query protocol. */
export function startCloudFormation(options: {
  readonly stack: ResolvedStack;
  readonly credentials: LocalCredentials;
}): Promise<LoopbackService> {
  return startLoopbackService({
    credentials: options.credentials,
    answer: async ({ body }) => {
      const parameters = new URLSearchParams(body);
      if (parameters.get('Action') !== 'DescribeStacks') return refusal('InvalidAction', 'Unknown');
      const name = parameters.get('StackName') ?? options.stack.stackName;
      return name === options.stack.stackName
        ? described(options.stack)
        : refusal('ValidationError', `Stack with id ${name} does not exist`);
    },
  });
}

function described({ stackName, outputs }: ResolvedStack): ServiceAnswer {
  const members = Object.entries(outputs).map(([key, value]) =>
    element('member', element('OutputKey', escaped(key)) + element('OutputValue', escaped(value))),
  );
  const stack =
    element('StackName', escaped(stackName)) +
    element('StackStatus', 'CREATE_COMPLETE') +
    element('Outputs', members.join(''));
  const result = element('DescribeStacksResult', element('Stacks', element('member', stack)));
  return xml(200, element('DescribeStacksResponse', result));
}

function refusal(code: string, message: string): ServiceAnswer {
  const error = element('Code', code) + element('Message', escaped(message));
  return xml(400, element('ErrorResponse', element('Error', error)));
}

function xml(status: number, body: string): ServiceAnswer {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
