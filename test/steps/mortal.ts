import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Where a worker dies: at which of its calls to the outside, before or after that took effect. */
export interface Death {
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** A worker's calls to the outside, up to its death. Nothing that it does after that has an effect. */
export class Life {
  readonly calls: string[] = [];
  private readonly death: Death | undefined;
  private over = false;

  constructor(death?: Death) {
    this.death = death;
  }

  get ended(): boolean {
    return this.over;
  }

  async call<Result>(name: string, effect: () => Promise<Result>): Promise<Result> {
    this.refuseTheDead();
    const dies = this.calls.push(name) === this.death?.call;
    if (dies && this.death?.when === 'before') this.over = true;
    this.refuseTheDead();
    const result = await effect();
    if (dies) this.over = true;
    this.refuseTheDead();
    return result;
  }

  /** The client, each request of which is a call. */
  client(documents: DynamoDBDocumentClient): DynamoDBDocumentClient {
    return new Proxy(documents, {
      get: (target, name) =>
        name === 'send'
          ? (command: Parameters<DynamoDBDocumentClient['send']>[0]) =>
              this.call(command.constructor.name, () => target.send(command))
          : Reflect.get(target, name),
    });
  }

  private refuseTheDead(): void {
    if (this.over) throw new Error('The worker was killed.');
  }
}
