import type { LocalCredentials, ResolvedStack } from '../contract.ts';
import type { LoopbackService } from './loopback.ts';
import { type ServiceAnswer, startLoopbackService } from './loopback-service.ts';

/** CloudFormation's `DescribeStacks`: what the outputs of the stacks are, in its query protocol. */
export function startCloudFormation(options: {
  readonly stack: ResolvedStack;
  readonly credentials: LocalCredentials;
}): Promise<LoopbackService> {
  return startLoopbackService({
    credentials: options.credentials,
    answer: async ({ body }) => {
      const parameters = new URLSearchParams(body);
      if (parameters.get('Action') !== 'DescribeStacks') return refusal('InvalidAction', 'Unknown');
      const { stacks } = options.stack;
      const name = parameters.get('StackName');
      if (name === null) return described([...stacks]);
      const outputs = stacks.get(name);
      return outputs === undefined
        ? refusal('ValidationError', `Stack with id ${name} does not exist`)
        : described([[name, outputs]]);
    },
  });
}

type Described = readonly [name: string, outputs: Readonly<Record<string, string>>];

function described(stacks: readonly Described[]): ServiceAnswer {
  const members = stacks.map(([name, outputs]) => {
    const own = Object.entries(outputs).map(([key, value]) =>
      element(
        'member',
        element('OutputKey', escaped(key)) + element('OutputValue', escaped(value)),
      ),
    );
    const stack =
      element('StackName', escaped(name)) +
      element('StackStatus', 'CREATE_COMPLETE') +
      element('Outputs', own.join(''));
    return element('member', stack);
  });
  const result = element('DescribeStacksResult', element('Stacks', members.join('')));
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
