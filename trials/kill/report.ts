import type { Outcome } from './kill-trial.ts';

/** What a kill test came to, for people. */

export function outcomeText(outcome: Outcome): string {
  const { kills, killedWhileStarting, repeatedRequests, seconds, aftermath, faults } = outcome;
  const { accepted, jobs, leftOver } = aftermath;
  const ended = jobs.filter(({ job }) => !['queued', 'running'].includes(job.status));
  const applied = accepted.filter(({ change }) => change !== undefined);
  const of = (beginning: string) => faults.filter((fault) => fault.startsWith(beginning)).length;
  return [
    `${kills} kills, ${killedWhileStarting} of them while the stack started; ${repeatedRequests} requests sent again; ${seconds.toFixed(0)} s`,
    `accepted ${accepted.length} (${counted(accepted.map(({ type }) => type))})`,
    `ended ${ended.length} (${counted(ended.map(({ job }) => job.status))})`,
    `lost ${of('lost')}, ran twice ${of('twice')}, left in line or locked ${leftOver.length}, suggestions to apply ${applied.length}`,
    `${faults.length} violations`,
    ...faults.map((fault) => `VIOLATION: ${fault}`),
  ].join('\n');
}

/** `3 failed, 97 succeeded` */
function counted(names: readonly string[]): string {
  return [...new Set(names)]
    .sort()
    .map((name) => `${names.filter((one) => one === name).length} ${name}`)
    .join(', ');
}
