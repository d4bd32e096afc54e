/**
 * Keeps what the library does beside its promises inside: what it prints (payees and messages among it) and
 * errors that escape it. Neither reaches the log, neither ends the process.
 */

/** What the library says on the console only, and how it says it: an error's code, or the text of the system's error. */
const SAYINGS = [
  ['out-of-sync-migrations', 'out-of-sync-migrations'],
  ['out-of-sync-data', 'out-of-sync-data'],
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['database or disk is full', 'disk-full'],
  ['database disk image is malformed', 'database-damaged'],
  ['malformed database schema', 'database-damaged'],
] as const;
export type Signal = (typeof SAYINGS)[number][1];

/** What was seen while the library worked. */
export interface Seen {
  /** Signals recognised on the console. */
  readonly signals: ReadonlySet<Signal>;
  /** Errors that escaped from it, as unhandled rejections mostly. */
  readonly escaped: readonly unknown[];
}

const METHODS = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'group', 'dir'] as const;

/** Ends the process: what it holds in memory can no longer be trusted. @param because what led to it, for the log. */
export type Leave = (because: unknown) => void;

/**
 * Runs `work` with the console and the process's last resorts taken over, and gives them back afterwards, but for
 * unhandled rejections: what the library left behind may reject when its job has long ended, and must end nothing
 * then. An exception that nobody can catch leaves the process, without its text.
 *
 * @throws what `work` throws.
 */
export async function contain<Result>(
  leave: Leave,
  work: (seen: Seen) => Promise<Result>,
): Promise<Result> {
  const signals = new Set<Signal>();
  const escaped: unknown[] = [];
  const giveConsoleBack = takeConsole((text) => {
    for (const [saying, signal] of SAYINGS) if (text.includes(saying)) signals.add(signal);
  });
  const giveEscapesBack = takeEscapes((error) => escaped.push(error), leave);
  try {
    return await work({ signals, escaped });
  } finally {
    await reported();
    giveEscapesBack();
    giveConsoleBack();
  }
}

/** Resolves once rejections that nobody handled so far have been reported: after the promises of this turn. */
export function reported(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function takeConsole(hear: (text: string) => void): () => void {
  const kept = { ...console };
  const heard = (...values: readonly unknown[]) => {
    for (const value of values) {
      if (typeof value === 'string') hear(value);
      if (value instanceof Error) hear(value.message);
    }
  };
  Object.assign(console, Object.fromEntries(METHODS.map((name) => [name, heard])));
  return () => {
    Object.assign(console, Object.fromEntries(METHODS.map((name) => [name, kept[name]])));
  };
}

const ignore = (): void => undefined;

/** The process's own listeners are set aside: Lambda's would end the process and print the error. */
function takeEscapes(hear: (error: unknown) => void, leave: Leave): () => void {
  const exceptions = process.listeners('uncaughtException');
  const onException = (error: unknown) => leave(error);
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', hear);
  process.removeAllListeners('uncaughtException').on('uncaughtException', onException);
  return () => {
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', ignore);
    process.removeListener('uncaughtException', onException);
    for (const listener of exceptions) process.on('uncaughtException', listener);
  };
}
