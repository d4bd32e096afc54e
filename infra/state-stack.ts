import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StackConfig } from './config/config.ts';
import { ModelKey } from './model.ts';
import { serverIds } from './servers.ts';
import { Storage } from './storage.ts';

export interface StateStackProps extends StackProps {
  readonly config: StackConfig;
}

/**
 * What has to survive: the table, the bucket, the secrets. The stack of everything else may be destroyed, rolled back and
 * deployed again, and finds its data here.
 */
export class StateStack extends Stack {
  readonly storage: Storage;
  /** Of the language model, where it takes a key. */
  readonly modelKey: ModelKey | undefined;

  constructor(scope: Construct, id: string, { config, ...props }: StateStackProps) {
    super(scope, id, { terminationProtection: true, ...props });
    this.storage = new Storage(this, 'Storage', {
      retention: config,
      servers: serverIds(config),
    });
    this.modelKey =
      config.model?.provider === 'openai' && config.model.apiKey === 'secret'
        ? new ModelKey(this, 'Model')
        : undefined;
  }
}
