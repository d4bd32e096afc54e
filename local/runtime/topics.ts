import { appendFileSync } from 'node:fs';
import type { ResolvedStack } from './contract.ts';

/** SNS's topics. Nobody is written to from this machine: what is published lies in a file, for its owner alone. */
export class Topics {
  private readonly names: ReadonlyMap<string, string>;
  private readonly file: string;

  constructor(options: { readonly stack: ResolvedStack; readonly file: string }) {
    const topics = options.stack.resources.filter(({ type }) => type === 'AWS::SNS::Topic');
    this.names = new Map(topics.map(({ arn, logicalId }) => [arn, logicalId]));
    this.file = options.file;
  }

  has(topicArn: string): boolean {
    return this.names.has(topicArn);
  }

  /** @param message as subscribers get it: text as it is, anything else as JSON. */
  publish(topicArn: string, message: unknown): void {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    const heading = `${new Date().toISOString()} ${this.names.get(topicArn) ?? topicArn}`;
    appendFileSync(this.file, `${heading}\n${text}\n\n`, { mode: 0o600 });
  }
}
