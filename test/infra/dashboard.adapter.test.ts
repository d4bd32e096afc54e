import { beforeAll, describe, expect, it } from 'vitest';
import { METRIC } from '../../functions/names.ts';
import { LOCAL_REGION } from '../../local/runtime/contract.ts';
import { type Synthesized, synthesizedStack } from './assembly.ts';

/** What the page in CloudWatch shows, read off the synthesized template. */

let made: Synthesized;

beforeAll(async () => {
  made = await synthesizedStack();
});

describe('the dashboard', () => {
  it('is one, and shows every metric of ours', () => {
    const dashboards = made.stack.resources.filter(
      ({ type }) => type === 'AWS::CloudWatch::Dashboard',
    );
    expect(dashboards).toHaveLength(1);
    const { widgets } = JSON.parse(String(dashboards[0]?.properties.DashboardBody));
    const shown = JSON.stringify(widgets.map(({ properties }: Widget) => properties.metrics));
    // Each job that failed is among the jobs.
    for (const metric of Object.values(METRIC).filter((name) => name !== METRIC.failedJobs)) {
      expect(shown).toMatch(new RegExp(`"${metric}\\\\?"`));
    }
  });
});

// CloudWatch finds nothing, and says nothing of it, where a dimension is missing or is one too many.
it('has the dashboard search metrics by all the dimensions that the functions say them with', () => {
  const searches = made.stack.resources.flatMap(({ type, properties }) =>
    type === 'AWS::CloudWatch::Dashboard'
      ? [...String(properties.DashboardBody).matchAll(/SEARCH\('\{(.+?)\} MetricName=\\"(\w+)/g)]
      : [],
  );
  expect(searches.map(([, schema, metric]) => [metric, schema])).toEqual([
    [METRIC.jobs, 'ActualJobs,service,type,end'],
    [METRIC.stepDuration, 'ActualJobs,service,step'],
  ]);
});

// A dashboard's name is its account's, whatever the region.
it('gives the dashboard a name that a stack in another region leaves free', () => {
  const [dashboard] = made.stack.resources.filter(
    ({ type }) => type === 'AWS::CloudWatch::Dashboard',
  );
  expect(dashboard?.properties.DashboardName).toBe(`ActualJobs-${LOCAL_REGION}`);
});

interface Widget {
  readonly properties: { readonly metrics: unknown };
}
