/** The statuses of jobs and steps, and the ways between them (data model, "State Transitions"). */

export const STATUSES = ['queued', 'running', 'succeeded', 'failed', 'canceled'] as const;
export type Status = (typeof STATUSES)[number];
export type TerminalStatus = 'succeeded' | 'failed' | 'canceled';

const NEXT: Readonly<Record<Status, readonly Status[]>> = {
  queued: ['running', 'canceled'],
  running: ['succeeded', 'failed', 'canceled'],
  succeeded: [],
  failed: [],
  canceled: [],
};

/** Whether a job or a step may go from one status to the other. Nothing leaves a terminal status. */
export function mayBecome(from: Status, to: Status): boolean {
  return NEXT[from].includes(to);
}

export function isTerminal(status: Status): status is TerminalStatus {
  return NEXT[status].length === 0;
}

/** The statuses out of which `to` may be reached; what the condition on a write names. */
export function predecessors(to: Status): readonly Status[] {
  return STATUSES.filter((from) => mayBecome(from, to));
}
