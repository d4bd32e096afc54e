import { runStack, type StackOptions } from '../../local/runtime/stack.ts';

/** The local stack in a process of its own, which leads a group of all that it starts: what a machine going down takes along. */

export interface Up {
  readonly url: string;
  readonly dynamodb: string;
  readonly tableName: string;
}

// Whoever started it is gone.
process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'));

process.once('message', async (options: StackOptions) => {
  const { url, endpoints, stack } = await runStack(options);
  const up: Up = {
    url,
    dynamodb: String(endpoints.AWS_ENDPOINT_URL_DYNAMODB),
    tableName: String(stack.outputs.TableName),
  };
  process.send?.(up);
});
