import { beforeAll, describe, expect, it } from 'vitest';
import { type Synthesized, synthesizedStack } from './assembly.ts';

/** Whom a stack writes to, read off the synthesized template. */

const EMAIL = ['me@example.org', 'you@example.org'];
let noticing: Synthesized;
let quiet: Synthesized;
let alarmsOnly: Synthesized;

beforeAll(async () => {
  noticing = await synthesizedStack({ notices: { email: EMAIL } });
  quiet = await synthesizedStack();
  alarmsOnly = await synthesizedStack({ notices: { email: EMAIL, failedJobs: false } });
});

const ofType = ({ stack }: Synthesized, wanted: string) =>
  stack.resources.filter(({ type }) => type === wanted);
const jobRules = (made: Synthesized) =>
  ofType(made, 'AWS::Events::Rule').filter(({ properties }) =>
    JSON.stringify(properties.EventPattern ?? {}).includes('actual-jobs'),
  );

describe('notices', () => {
  it('go to each address', () => {
    const [topic] = ofType(noticing, 'AWS::SNS::Topic');
    const subscriptions = ofType(noticing, 'AWS::SNS::Subscription').map(
      ({ properties }) => properties,
    );
    expect(subscriptions).toEqual(
      EMAIL.map((Endpoint) => ({ Protocol: 'email', Endpoint, TopicArn: topic?.arn })),
    );
  });

  it('are there when they are configured, and not without', () => {
    expect(ofType(quiet, 'AWS::SNS::Topic')).toEqual([]);
    expect(jobRules(quiet)).toEqual([]);
  });

  it('are of failed jobs of this stack alone, and only if wanted', () => {
    const [machine] = ofType(noticing, 'AWS::StepFunctions::StateMachine');
    expect(jobRules(noticing).map(({ properties }) => properties.EventPattern)).toEqual([
      { source: ['actual-jobs'], 'detail-type': ['Job Failed'], resources: [machine?.arn] },
    ]);
    expect(jobRules(alarmsOnly)).toEqual([]);
    expect(ofType(alarmsOnly, 'AWS::SNS::Topic')).toHaveLength(1);
  });

  it('send nobody into the same job again where what it was given is wrong', () => {
    const [rule] = jobRules(noticing);
    const text = JSON.stringify(rule?.properties.Targets);
    expect(text).toMatch(/run it again as it was: POST/);
    expect(text).toMatch(/another Sync ID or other suggestions, create a new job/);
  });

  it('say of a scheduled job that a retry applies nothing', () => {
    const [rule] = jobRules(noticing);
    expect(JSON.stringify(rule?.properties.Targets)).toMatch(/scheduled job .* applies nothing/);
  });

  it('may be published by EventBridge and by alarms of this account, and only over TLS', () => {
    const [policy] = ofType(noticing, 'AWS::SNS::TopicPolicy');
    const [topic] = ofType(noticing, 'AWS::SNS::Topic');
    const { Statement } = Object(policy?.properties.PolicyDocument);
    const allowed = (service: string) => ({
      Effect: 'Allow',
      Action: 'sns:Publish',
      Principal: { Service: service },
      Resource: topic?.arn,
    });
    expect(Statement).toMatchObject([
      {
        Effect: 'Deny',
        Action: 'sns:Publish',
        Principal: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        ...allowed('cloudwatch.amazonaws.com'),
        Condition: {
          ArnLike: { 'aws:SourceArn': expect.stringMatching(/:cloudwatch:.*:alarm:\*$/) },
          StringEquals: { 'aws:SourceAccount': '000000000000' },
        },
      },
      allowed('events.amazonaws.com'),
    ]);
  });

  it('are published by EventBridge under no condition: it meets none', () => {
    const [policy] = ofType(noticing, 'AWS::SNS::TopicPolicy');
    const { Statement } = Object(policy?.properties.PolicyDocument);
    expect(Statement.at(-1)).toMatchObject({ Principal: { Service: 'events.amazonaws.com' } });
    expect(Statement.at(-1)).not.toHaveProperty('Condition');
  });
});
