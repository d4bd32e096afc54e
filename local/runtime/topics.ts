import { appendFileSync, renameSync, statSync } from 'node:fs';
import type { ResolvedStack } from './contract.ts';

/** Some thousand notices: once the file is this large it is set aside, in place of the one set aside before it. */
const LARGEST_BYTES = 1024 * 1024;

export interface TopicsOptions {
  readonly stack: ResolvedStack;
  readonly file: string;
  /** When the file is set aside. */
  readonly largestBytes?: number;
}

/** SNS's topics. Nobody is written to from this machine: what is published lies in a file, for its owner alone. */
export class Topics {
  private readonly names: ReadonlyMap<string, string>;
  private readonly file: string;
  private readonly largest: number;

  constructor({ stack, file, largestBytes = LARGEST_BYTES }: TopicsOptions) {
    const topics = stack.resources.filter(({ type }) => type === 'AWS::SNS::Topic');
    this.names = new Map(topics.map(({ arn, logicalId }) => [arn, logicalId]));
    this.file = file;
    this.largest = largestBytes;
  }

  has(topicArn: string): boolean {
    return this.names.has(topicArn);
  }

  /** @param message as subscribers get it: text as it is, anything else as JSON. */
  publish(topicArn: string, message: unknown): void {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    const heading = `${new Date().toISOString()} ${this.names.get(topicArn) ?? topicArn}`;
    // Before it is written: what fails here is published once more.
    this.makeRoom();
    appendFileSync(this.file, `${heading}\n${text}\n\n`, { mode: 0o600 });
  }

  private makeRoom(): void {
    const there = statSync(this.file, { throwIfNoEntry: false });
    if (there !== undefined && there.size >= this.largest) {
      renameSync(this.file, `${this.file}.1`);
    }
  }
}
