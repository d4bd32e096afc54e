/**
 * Bugs that the simulation has to find, each a change to the product's own source. Whoever removes or rewrites a guard
 * finds it here, and sees what it is for.
 */

export interface Edit {
  readonly file: string;
  /** The guard as it stands in the file, once. */
  readonly find: string;
  readonly replace: string;
}

export interface PlantedBug extends Edit {
  readonly name: string;
  /** A second guard of the same, which would hold without the first. */
  readonly and?: Edit;
}

/** @throws Error when the guard is not in the text, or more than once. */
export function textWith({ file, find, replace }: Edit, text: string): string {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${find}`);
  return parts.join(replace);
}

export function editsOf(bug: PlantedBug): readonly Edit[] {
  return bug.and === undefined ? [bug] : [bug, bug.and];
}

const COMMANDS = 'functions/store/job-commands.ts';
const ENDINGS = 'functions/store/ending-commands.ts';
const CONDITIONS = 'functions/store/conditions.ts';
const LINE = 'functions/store/line-commands.ts';
const DISPATCH = 'functions/jobs/dispatch.ts';
const SETTLE = 'functions/jobs/settle.ts';
const RUN_STEP = 'functions/steps/run-step.ts';

/** Who is given an open job at all is given all of it: the commands' own guards hold without that too. */
const WHOLE: Edit = {
  file: 'functions/store/job-reads.ts',
  find: '  throw new NotAllSeenYetError();\n',
  replace: '  return again;\n',
};

export const PLANTED: readonly PlantedBug[] = [
  {
    name: 'a job that is canceled leaves no word of its end',
    file: ENDINGS,
    find: '    ...changeItems(change, context),\n    ended(change, context),\n  ];',
    replace: '    ...changeItems(change, context),\n  ];',
  },
  {
    name: 'what was set aside of the ends is looked for where the clocks agree',
    file: 'functions/jobs/announce.ts',
    find: 'const BEFORE_MS = 90 * 60_000;',
    replace: 'const BEFORE_MS = 5 * 60_000;',
  },
  {
    name: 'an end that the bus did not hear of counts as told',
    file: 'functions/jobs/announce.ts',
    find: 'return jobs.map(({ id: jobId }) => ({ jobId, error }));',
    replace: 'return [];',
  },
  {
    name: 'a claim takes the lock whoever holds it',
    file: COMMANDS,
    find: '{ Put: { TableName, Item: runningItem(running), ...allOf(absent) } }',
    replace: '{ Put: { TableName, Item: runningItem(running) } }',
  },
  {
    name: 'a claimed job stays in line',
    file: COMMANDS,
    find: '    { Delete: { TableName, Key: queueKey(running.budgetId, running.jobId) } },\n',
    replace: '',
  },
  {
    name: 'a lost claim is taken for a won one',
    file: DISPATCH,
    find: "if ((await ports.jobs.claim(change, running)) === 'conflict') return false;",
    replace: 'await ports.jobs.claim(change, running);',
  },
  {
    name: 'a job is written although it changed since it was read',
    file: COMMANDS,
    find: 'allOf(atVersion(change.before), status, notExpired(now))',
    replace: 'allOf(status, notExpired(now))',
    and: {
      file: COMMANDS,
      find: 'Put: { TableName, Item: eventItem(event, job, expiry), ...allOf(absent) },\n    })),\n  ];',
      replace: 'Put: { TableName, Item: eventItem(event, job, expiry) },\n    })),\n  ];',
    },
  },
  {
    name: 'the events of steps are left out',
    file: COMMANDS,
    find: '    ...change.events.map((event) => ({\n      Put: { TableName, Item: eventItem',
    replace:
      '    ...change.events.filter(({ stepId }) => stepId === null).map((event) => ({\n      Put: { TableName, Item: eventItem',
  },
  {
    name: 'the steps that end with their job are not written',
    file: COMMANDS,
    find: '    ...change.changedSteps.map((step) => ({\n      Put: {\n        TableName,\n        Item: stepItem(step, job, expiry),\n',
    replace:
      "    ...change.changedSteps.filter((step) => step.status !== 'canceled').map((step) => ({\n      Put: {\n        TableName,\n        Item: stepItem(step, job, expiry),\n",
  },
  {
    name: 'a step that began ends as one that was read as it was before',
    file: COMMANDS,
    find: "...allOf(step.startedAt === null ? staysAt('queued') : mayBecome(step.status)),",
    replace: '...allOf(mayBecome(step.status)),',
    and: WHOLE,
  },
  {
    name: 'a settle that comes late gives back the lock, whoever holds it',
    file: SETTLE,
    find: '      return { job: found?.job, hasEnded: false };\n',
    replace:
      '      if (found !== undefined) await (ports.jobs as any).releaseLock(found.job);\n      return { job: found?.job, hasEnded: false };\n',
    and: {
      file: LINE,
      find: 'allOf(locksJob(running), workerOver(now))',
      replace: 'allOf(workerOver(now))',
    },
  },
  {
    name: 'a cancel that lost a race takes itself for done',
    file: 'functions/jobs/cancel.ts',
    find: "if (written === 'written') return stopped(ports, change.record);",
    replace: "if (written !== 'sending') return stopped(ports, change.record);",
  },
  {
    name: 'a settle gives back the lock of a worker that may be alive',
    file: ENDINGS,
    find: "worker === 'over' ? [] : [workerOver(context.time)]",
    replace: '[]',
  },
  {
    name: 'a look gives back the lock of a worker that may be alive',
    file: DISPATCH,
    find: "    if (mayStillSend(running, ports.now())) return 'held';\n    await ports.jobs.releaseLock(running);\n",
    replace: '    await ports.jobs.releaseLock(running);\n',
    and: {
      file: LINE,
      find: 'allOf(locksJob(running), workerOver(now))',
      replace: 'allOf(locksJob(running))',
    },
  },
  {
    name: 'a lock is given back whoever holds it',
    file: LINE,
    find: 'allOf(locksJob(running), workerOver(now))',
    replace: 'allOf(workerOver(now))',
  },
  {
    name: 'the job after a scheduled one is not written with its end',
    file: ENDINGS,
    find: '    ...(next === undefined ? [] : createCommand({ change: next }, context)),\n',
    replace: '',
  },
  {
    name: 'the lock of an ended job is never given back',
    file: DISPATCH,
    find: '    await ports.jobs.releaseLock(running);\n',
    replace: '',
  },
  {
    name: 'an execution that has ended is taken for a running one',
    file: DISPATCH,
    find: "if (state === undefined || state.status === 'running') return 'moving';",
    replace: "if (state?.status !== undefined) return 'moving';",
  },
  {
    name: 'a look does not start a lost execution again',
    file: DISPATCH,
    find: "if ((await ports.executions.start(found.job)) === 'started') return 'moving';",
    replace: "if (await ports.executions.describe(running.executionId)) return 'moving';",
  },
  {
    name: 'the sweep looks at no budget that only waits',
    file: 'functions/store/line-rows.ts',
    find: '    ...openWorkAttributes(job.budgetId),\n',
    replace: '',
  },
  {
    name: 'a waiting job loses its place',
    file: DISPATCH,
    find: "if (found?.job.status !== 'queued') {",
    replace: "if (found?.job.status !== 'running') {",
  },
  {
    name: 'the newest job in line goes first',
    file: 'functions/store/line-reads.ts',
    find: 'const [head] = first;',
    replace: 'const [head] = last;',
  },
  {
    name: 'a worker begins under the name of another execution',
    file: COMMANDS,
    find: 'const condition = allOf(locksJob(fence), locksExecution(fence));',
    replace: 'const condition = allOf(locksJob(fence));',
  },
  {
    name: 'a worker sends its changes although its job is not its own any more',
    file: 'functions/steps/apply.ts',
    find: "if ((await ports.jobs.beginSending(fence)) === 'conflict') throw new JobNotRunningError();",
    replace: 'await ports.jobs.beginSending(fence);',
  },
  {
    name: 'a worker sends what was rejected while it opened the budget',
    file: 'functions/steps/apply.ts',
    find: 'judged = asDecidedNow(approved, await ports.suggestions.all(budgetId));',
    replace: 'judged = asDecidedNow(approved, approved.map(({ suggestion }) => suggestion));',
  },
  {
    name: 'what was sent and rejected since stays rejected',
    file: 'functions/steps/apply-choice.ts',
    find: "one.status === 'rejected' && isSince(one)",
    replace: "one.status === 'rejected' && one.id === ''",
  },
  {
    name: 'a worker reads what was decided from a replica that is behind',
    file: 'functions/store/suggestion-listing.ts',
    find: "    ExpressionAttributeValues: { ':pk': suggestionsPartition(budgetId) },\n    ConsistentRead: true,\n",
    replace: "    ExpressionAttributeValues: { ':pk': suggestionsPartition(budgetId) },\n",
  },
  {
    name: "a worker has the bank's transactions sent although its job is not its own any more",
    file: 'functions/steps/sync.ts',
    find: "if ((await jobs.beginSending(fence)) === 'conflict') throw new JobNotRunningError();",
    replace: 'await jobs.beginSending(fence);',
  },
  {
    name: 'a worker writes suggestions although its job is not its own any more',
    file: 'functions/store/suggestion-store.ts',
    find: 'const check = fenceCheck(fence, this.table.name);',
    replace:
      "const check = { Delete: { TableName: this.table.name, Key: { PK: 'NO#' + fence.jobId, SK: 'FENCE' } } };",
  },
  {
    name: 'a worker makes its snapshot the current one although its job is not its own any more',
    file: 'functions/store/snapshot-store.ts',
    find: '      fenceCheck(fence, this.table.name),\n',
    replace: '',
  },
  {
    name: 'a worker records a copy although its job is not its own any more',
    file: 'functions/store/kept-snapshot-store.ts',
    find: '      fenceCheck(fence, this.table.name),\n',
    replace: '',
  },
  {
    name: 'a worker says what came of its step although another one is at it',
    file: COMMANDS,
    find: 'return [fenceCheck(fence, context.tableName), ...changeItems(change, context)];',
    replace: 'return changeItems(change, context);',
  },
  {
    name: 'a worker does not say that it is sending',
    file: COMMANDS,
    find: "UpdateExpression: 'SET sending = :sending',",
    replace: "UpdateExpression: 'SET said = :sending',",
  },
  {
    name: 'a worker says by its own clock until when it is alive',
    file: 'functions/handlers/step-event.ts',
    find: 'millisecondsAfter(now(), context.getRemainingTimeInMillis())',
    replace: 'millisecondsAfter(now(), 900_000)',
  },
  {
    name: 'a copy of an execution settles the job',
    file: 'functions/handlers/settle-event.ts',
    find: 'return executionArn.endsWith(',
    replace: 'return executionArn !== (',
  },
  {
    name: 'a step of a redriven execution goes on',
    file: RUN_STEP,
    find: '  if (request.redriveCount > 0) throw new JobNotRunningError();\n',
    replace: '',
  },
  {
    name: 'a step that is done is begun once more',
    file: RUN_STEP,
    find: "    if (step?.status === 'succeeded') return found;\n",
    replace: '',
  },
  {
    name: 'a step whose end is not seen yet is begun once more',
    file: COMMANDS,
    find: ".filter(({ status }) => status === 'running')",
    replace: ".filter(({ status }) => status === 'failed')",
    and: WHOLE,
  },
  {
    name: 'a cancel comes too late and is accepted',
    file: ENDINGS,
    find: 'release(change, [notSending], context)',
    replace: 'release(change, [], context)',
  },
  {
    name: 'a canceled job keeps its place in line',
    file: ENDINGS,
    find: 'return { Delete: { TableName, Key: queueKey(job.budgetId, job.id) } };',
    replace:
      'return { Delete: { TableName, Key: runningKey(job.budgetId), ...allOf(absentOrLocksJob({ jobId: job.id })) } };',
  },
  {
    name: 'an idempotency key gives a new job each time',
    file: 'functions/store/requests.ts',
    find: '...allOf(absentOrExpired(context.now)),',
    replace: '',
  },
  {
    name: 'a key whose job is not to be seen yet is taken for that of another request',
    file: 'functions/jobs/submit.ts',
    find: '  await jobs.requireGone(replay.jobId);\n',
    replace: '',
  },
  {
    name: 'two retries at once make two jobs',
    file: COMMANDS,
    find: '...allOf(before === undefined ? absentOrExpired(context.now) : namesRerun(before)),',
    replace: '',
  },
  {
    name: 'a job is repeated beside one that is not seen yet',
    file: COMMANDS,
    find: 'const gone = before === undefined ? [] : [goneCheck(jobKey(before), context)];',
    replace: 'const gone: never[] = [];',
  },
  {
    name: 'a scheduled job waits beside one that is not seen yet',
    file: 'functions/jobs/schedule.ts',
    find: 'const gone = before === undefined ? last : undefined;',
    replace: 'const gone = undefined;',
  },
  {
    name: 'a job that is not seen yet loses its place',
    file: LINE,
    find: '    { ConditionCheck: { TableName, Key: jobKey(id), ...condition } },\n',
    replace: '',
  },
  {
    name: 'a scheduled time that waits gets another job',
    file: 'functions/jobs/schedule.ts',
    find: "if (before?.job.status === 'queued') {",
    replace: "if (before?.job.status === 'succeeded') {",
  },
  {
    name: 'a scheduled time is answered by a job for something else',
    file: 'functions/store/keys.ts',
    find: "SK: ['SCHEDULED', ...asked].join('#') }",
    replace: "SK: ['SCHEDULED', ...asked].slice(0, 1).join('#') }",
  },
  {
    name: 'two scheduled jobs are written at once',
    file: 'functions/store/schedule-store.ts',
    find: '...allOf(last === undefined ? absent : absentOrLocksJob({ jobId: last })),',
    replace: '',
  },
  {
    name: 'a decision is overwritten by a newer proposal',
    file: CONDITIONS,
    find: "expression: '#status = :pending AND revision <= :revision'",
    replace: "expression: '(#status = :pending OR #status <> :pending) AND revision <= :revision'",
  },
  {
    name: 'a decision is overwritten by what was read before it',
    file: CONDITIONS,
    find: "expression: '#status = :before AND revision = :revision AND updatedAt = :updatedAt'",
    replace:
      "expression: '(#status = :before OR #status <> :before) AND revision = :revision AND (updatedAt = :updatedAt OR updatedAt > :updatedAt)'",
  },
  {
    name: 'what was not sent counts as applied',
    file: 'functions/actual/editing.ts',
    find: '  await (areNew ? sendAll(library) : library.sync());\n',
    replace: '',
    and: {
      file: 'functions/steps/apply-outcomes.ts',
      find: "else if (verdict.kind === 'write' && !shown.has(suggestion.transactionId)) {",
      replace: "else if (verdict.kind === 'write' && shown.has('nothing')) {",
    },
  },
  {
    name: 'a conflict of transactions is taken for a write',
    file: 'functions/store/table.ts',
    find: 'if (attempt === TRANSACTION_ATTEMPTS) {',
    replace: "{ return { kind: 'written' };",
  },
  {
    name: 'a later time is written earlier than the one before it',
    file: 'functions/domain/job-change.ts',
    find: 'time === null ? last : latest(last, time)',
    replace: 'time === null ? last : latest(last, last)',
  },
  {
    name: 'an event is of the time that its clock shows',
    file: 'functions/domain/job-change.ts',
    find: 'const createdAt = notBefore(before, context);',
    replace: 'const createdAt = context.now;',
  },
  {
    name: 'a step whose answer got lost is tried again at once beside it',
    file: 'infra/workflow.ts',
    find: 'interval: Duration.seconds(WORKER_SURELY_OVER_SECONDS),',
    replace: 'interval: Duration.seconds(1),',
  },
  {
    name: 'a sync takes its snapshot for current without asking the server',
    file: 'functions/steps/still-current.ts',
    find: 'return isUpToDate && archive',
    replace: 'return archive',
  },
  {
    name: 'the snapshot before is removed while it is the current one',
    file: 'functions/steps/current-snapshot.ts',
    find: '  if ((await snapshots.setCurrent(snapshot, fence))',
    replace:
      '  if (previous !== undefined) await removeQuietly(bucket, previous);\n  if ((await snapshots.setCurrent(snapshot, fence))',
  },
  {
    name: 'a copy is recorded that was not kept',
    file: 'functions/steps/snapshot.ts',
    find: '    await ports.bucket.writeArchive(archiveKey, copy);\n',
    replace: '',
  },
  {
    name: 'a worker sends what was corrected while it opened the budget',
    file: 'functions/domain/applying.ts',
    find: '    wanted.categoryId === wantedBefore.categoryId &&\n',
    replace: '',
  },
  {
    name: 'what was rejected goes with a snapshot that is distrusted',
    file: 'functions/steps/sync.ts',
    find: "status === 'pending' && rejectedCategoryIds.length === 0",
    replace: "status === 'pending' && rejectedCategoryIds.length >= 0",
  },
  {
    name: 'what was rejected is forgotten with the next proposal',
    file: 'functions/steps/proposed-changes.ts',
    find: 'rejectedCategoryIds: old?.rejectedCategoryIds ?? [],',
    replace: 'rejectedCategoryIds: [],',
  },
  {
    name: 'an apply that is run again counts its second part alone',
    file: 'functions/steps/apply.ts',
    find: 'applied: done.length + appliedIn(outcomes).length,',
    replace: 'applied: appliedIn(outcomes).length,',
  },
  {
    name: 'of many decisions, those that met another change count as written',
    file: 'functions/jobs/review.ts',
    find: 'if (!conflicts.has(change))',
    replace: 'if (conflicts.size >= 0)',
  },
  {
    name: 'what somebody decided on meanwhile counts as written',
    file: 'functions/steps/suggestions.ts',
    find: 'of.filter(({ transactionId: id }) => !leftOut.has(id)).length;',
    replace: 'of.filter(({ transactionId: id }) => leftOut.has(id) || id).length;',
  },
  {
    name: 'a job keeps the lock of a state machine that is not there any more',
    file: DISPATCH,
    find: '    await ports.jobs.moveLock(running, executionId);\n    return',
    replace: '    return',
  },
  {
    name: 'a job goes on in a new state machine while its worker may be alive',
    file: DISPATCH,
    find: "    if (mayStillSend(running, ports.now())) return 'held';\n    await ports.jobs.moveLock",
    replace: '    await ports.jobs.moveLock',
    and: {
      file: LINE,
      find: 'allOf(locksJob(running), locksExecution(running), workerOver(now))',
      replace: 'allOf(locksJob(running), locksExecution(running))',
    },
  },
];
