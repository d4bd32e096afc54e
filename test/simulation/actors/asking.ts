import type { Process } from '../aws/process.ts';
import { type Ports, portsOf, timeoutOf } from '../functions.ts';
import type { World } from '../world/world.ts';

type Asked = 'createJob' | 'cancelJob' | 'retryJob' | 'patchSuggestion' | 'patchSuggestions';

/**
 * Asks a function of the API for something, again some seconds later while no answer comes.
 *
 * @param work what the function does; what it returns is done by the caller once the answer is there.
 */
export function ask(
  world: World,
  name: Asked,
  attempts: number,
  work: (ports: Ports) => Promise<() => void>,
): void {
  let answered = () => {};
  const run = async (process: Process) => {
    answered = await work(portsOf(world, process));
  };
  world.lambda.invoke({ name, timeoutMs: timeoutOf(name), work: run }, (result) => {
    if (result.kind === 'done') answered();
    else if (attempts > 1) {
      world.time.after(world.random.int(500, 20_000), () => ask(world, name, attempts - 1, work));
    }
  });
}
