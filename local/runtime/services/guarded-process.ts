import { fork } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RunningPart } from '../contract.ts';

export interface GuardedProcess extends RunningPart {
  /** Resolves when the process has ended, by itself or not. */
  readonly exited: Promise<void>;
}

/** Runs a command that ends when this process does, even by SIGKILL. */
export function startGuarded(options: {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}): GuardedProcess {
  const guard = fork(join(import.meta.dirname, 'guard.ts'), [options.command, ...options.args], {
    env: { ...options.env },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [guard.stdout, guard.stderr]) {
    if (stream !== null) {
      createInterface({ input: stream }).on('line', (line) => options.onLine?.(line));
    }
  }
  const exited = new Promise<void>((resolve) => guard.once('exit', () => resolve()));
  return {
    exited,
    close: async () => {
      guard.kill('SIGTERM');
      await exited;
    },
  };
}
