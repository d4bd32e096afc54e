import { describe, expect, it } from 'vitest';
import { FAILURES, failure } from '../../functions/domain/failures.ts';
import { jobId } from '../../functions/domain/ids.ts';
import { endOfExecution } from '../../functions/jobs/dispatch.ts';
import { endingOf, failureOf } from '../../functions/jobs/settle.ts';
import { uuid } from '../domain/builders.ts';

const FIRST = jobId(uuid(1));

describe('an execution that has ended by itself', () => {
  it.each([
    ['succeeded', 'over'],
    ['failed', 'may_be_alive'],
    ['timed_out', 'may_be_alive'],
    ['aborted', 'may_be_alive'],
  ] as const)('%s: its worker is %s', (status, worker) => {
    expect(endOfExecution(status, FIRST).worker).toBe(worker);
  });

  it('by being stopped cancels its job, and says so', () => {
    expect(endOfExecution('aborted', FIRST).outcome).toEqual({
      status: 'canceled',
      message: 'The execution was stopped.',
    });
  });
});

describe('the end that a caught error means', () => {
  const ending = (name: string, redriveCount = 0) =>
    endingOf({ Error: name, Cause: '{}' }, 'id-1', redriveCount);

  it.each([
    ...Object.keys(FAILURES),
    'Sandbox.Timedout',
    'Runtime.ExitError',
    'Runtime.OutOfMemory',
    'Lambda.Unknown',
  ])('%s: the worker is over', (name) => {
    expect(ending(name).worker).toBe('over');
  });

  it.each([
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.TooManyRequestsException',
    'States.Timeout',
    'States.HeartbeatTimeout',
    'States.Runtime',
    'JobNotRunning',
    'nobody knows',
  ])('%s: the worker may be alive', (name) => {
    expect(ending(name).worker).toBe('may_be_alive');
  });

  it('fails the job', () => {
    expect(ending('AUTH_FAILED').outcome).toEqual({
      status: 'failed',
      failure: failure('AUTH_FAILED'),
    });
    expect(ending('JobNotRunning').outcome).toMatchObject({
      status: 'failed',
      failure: { code: 'UNKNOWN' },
    });
  });

  it('calls a job off whose execution was redriven, and says what to do instead', () => {
    expect(ending('JobNotRunning', 1).outcome).toEqual({
      status: 'canceled',
      message: expect.stringContaining('POST /jobs/{jobId}/retry'),
    });
  });

  it('fails the job of a redriven execution that had failed for another reason', () => {
    expect(ending('AUTH_FAILED', 1).outcome).toMatchObject({ status: 'failed' });
  });
});

describe('a caught error as a failure', () => {
  it.each([
    ['States.Timeout', 'TIMED_OUT'],
    ['Sandbox.Timedout', 'TIMED_OUT'],
    ['States.HeartbeatTimeout', 'TIMED_OUT'],
    ['Runtime.ExitError', 'WORKER_DIED'],
    ['Runtime.OutOfMemory', 'WORKER_DIED'],
    ['Lambda.Unknown', 'WORKER_DIED'],
  ])('calls %s %s', (name, code) => {
    expect(
      failureOf({ Error: name, Cause: '{"errorMessage":"RequestId: 1 died"}' }, 'id-1'),
    ).toEqual(failure(code === 'TIMED_OUT' ? 'TIMED_OUT' : 'WORKER_DIED'));
  });

  it('takes the sentence of a known failure with the detail that the step added', () => {
    const detailed = failure('VERSION_MISMATCH', 'It needs 27.1.');
    const cause = JSON.stringify({ errorType: detailed.code, errorMessage: detailed.reason });
    expect(failureOf({ Error: detailed.code, Cause: cause }, 'id-1')).toEqual(detailed);
  });

  it('says the known sentence alone when the text is not ours', () => {
    const cause = JSON.stringify({ errorMessage: 'canary grocer refused the password' });
    expect(failureOf({ Error: 'AUTH_FAILED', Cause: cause }, 'id-1')).toEqual(
      failure('AUTH_FAILED'),
    );
  });

  it.each(['', 'no json', '{}', 'null', '7', '"text"', '[]', '{"errorMessage":7}'])(
    'falls back on the sentence of the list when the account is %j',
    (cause) => {
      expect(failureOf({ Error: 'AUTH_FAILED', Cause: cause }, 'id-1')).toEqual(
        failure('AUTH_FAILED'),
      );
    },
  );

  it.each(['TypeError', 'toString', 'Runtime.Unknown'])(
    'hides the text of %s and gives an id to look up',
    (name) => {
      const cause = JSON.stringify({ errorMessage: 'secret-payee is not a function' });
      const known = failureOf({ Error: name, Cause: cause }, 'id-1');
      expect(known.code).toBe('UNKNOWN');
      expect(known.reason).toContain('id-1');
      expect(known.reason).not.toContain('secret-payee');
    },
  );
});
