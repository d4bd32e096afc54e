import { describe, expect, it } from 'vitest';
import { parseForgetOptions } from '../../operate/forget-options.ts';
import { forgetUntilDone, linesOf } from '../../operate/forgetting.ts';
import type { Answer } from '../../operate/put-back.ts';

const BUDGET = '0193b2c4-8d7e-7f00-a000-000000000001';
const NOTHING = { jobs: 0, suggestions: 0, objects: 0, records: 0 };

const answers = (...payloads: readonly (object | string)[]) => {
  const left = payloads.map(
    (payload): Answer =>
      typeof payload === 'string' ? { kind: 'failed', reason: payload } : { kind: 'done', payload },
  );
  return async () => left.shift() ?? Promise.reject(new Error('It was called once too often'));
};
const deleted = (counts: Partial<typeof NOTHING>, complete: boolean) => ({
  kind: 'deleted',
  counts: { ...NOTHING, ...counts },
  complete,
});

describe('npm run forget', () => {
  it('calls until a whole run finds nothing, and adds up what was deleted', async () => {
    const done = await forgetUntilDone(
      answers(
        deleted({ suggestions: 300 }, false),
        deleted({ suggestions: 20, jobs: 1, objects: 1 }, true),
        deleted({}, true),
      ),
    );
    expect(linesOf(BUDGET, done)).toEqual([
      `Deleted 1 job, 320 suggestions, 1 object and 0 records of ${BUDGET}. Nothing of it is left in table and bucket.`,
    ]);
  });

  it('does not take a run that had no time for one that found nothing', async () => {
    const done = await forgetUntilDone(answers(deleted({}, false), deleted({}, true)));
    expect(done.kind).toBe('deleted');
  });

  it('calls once more after a run that came to the end, for what an index had not shown to it', async () => {
    const found = [{ jobs: 1, records: 2 }, { records: 1 }, {}];
    const done = await forgetUntilDone(answers(...found.map((counts) => deleted(counts, true))));
    expect(done).toEqual({ kind: 'deleted', counts: { ...NOTHING, jobs: 1, records: 3 } });
  });

  it('goes on after a run that had no time to find anything', async () => {
    const done = await forgetUntilDone(
      answers(deleted({}, false), deleted({ jobs: 1 }, true), deleted({}, true)),
    );
    expect(done).toEqual({ kind: 'deleted', counts: { ...NOTHING, jobs: 1 } });
  });

  it('says what was deleted before a job came in between', async () => {
    const done = await forgetUntilDone(
      answers(deleted({ jobs: 2 }, false), { kind: 'open', jobs: ['job-9'] }),
    );
    expect(linesOf(BUDGET, done)).toEqual([
      'Deleted 2 jobs, 0 suggestions, 0 objects and 0 records so far.',
      `job-9 of ${BUDGET} waits or runs. Cancel it, or wait until it has ended, and run this once more.`,
    ]);
  });

  it('says what was deleted before a call came to nothing', async () => {
    const calls = answers(deleted({ jobs: 2 }, false));
    const done = await forgetUntilDone(calls);
    expect(done.kind).toBe('broken-off');
    expect(linesOf(BUDGET, done)).toEqual([
      'Deleted 2 jobs, 0 suggestions, 0 objects and 0 records so far; the last call may have deleted more.',
      'It broke off: Error: It was called once too often',
      'Run this once more to go on.',
    ]);
  });

  it('could not begin where the first call comes to nothing', async () => {
    await expect(forgetUntilDone(answers())).rejects.toThrow('once too often');
  });

  it('may have deleted something where the answer to the first call is lost', async () => {
    const cut = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    const done = await forgetUntilDone(() => Promise.reject(cut));
    expect(linesOf(BUDGET, done)).toEqual([
      'Some of it may be deleted.',
      'It broke off: Error: socket hang up',
      'Run this once more to go on.',
    ]);
  });

  it('says by its code what failed', async () => {
    const done = await forgetUntilDone(answers('UNKNOWN'));
    expect(linesOf(BUDGET, done).join(' ')).toContain('It failed: UNKNOWN.');
  });

  it('does not say that nothing was deleted by a call that failed, unless it was to count alone', async () => {
    const done = await forgetUntilDone(answers('Sandbox.Timedout'));
    expect(linesOf(BUDGET, done)[0]).toBe('Some of it may be deleted.');
    expect(linesOf(BUDGET, done, { dryRun: true })[0]).toBe('Nothing was deleted.');
  });
});

describe('its options', () => {
  it.each([
    [[], '--budget has to be the Sync ID'],
    [['--budget', 'My Finances', '--yes'], '--budget has to be the Sync ID'],
    [['--budget', BUDGET.toUpperCase().replace(/\d/g, 'A'), '--yes'], 'in lower case'],
    [['--budget', `${BUDGET}0`, '--yes'], '--budget has to be the Sync ID'],
    [['--budget', `0${BUDGET}`, '--yes'], '--budget has to be the Sync ID'],
    [['--budget', BUDGET], 'Say --yes to do it, or --dry-run to count'],
    [['--budget', BUDGET, '--all'], "Unknown option '--all'"],
  ])('%j are refused', (args, sentence) => {
    expect(() => parseForgetOptions(args, '/')).toThrow(sentence);
  });

  it('name the stack on AWS, or the data folder of one here', () => {
    expect(parseForgetOptions(['--budget', BUDGET, '--yes', '--data', '.data'], '/home')).toEqual({
      budgetId: BUDGET,
      stackName: 'ActualJobs',
      dryRun: false,
      data: '/home/.data',
    });
  });

  it('name another stack', () => {
    const options = parseForgetOptions(['--budget', BUDGET, '--yes', '--stack', 'Mine'], '/');
    expect(options).toMatchObject({ stackName: 'Mine' });
  });

  it.each([[['--dry-run']], [['--dry-run', '--yes']]])('with %j only count', (flags) => {
    expect(parseForgetOptions(['--budget', BUDGET, ...flags], '/')).toMatchObject({ dryRun: true });
  });

  it('ask for help, whatever is missing', () => {
    expect(parseForgetOptions(['--help'], '/')).toBeUndefined();
  });
});
