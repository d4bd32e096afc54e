import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOY_PAGE, fencedIn, rowsOf, sectionsOf } from './markdown.ts';

/**
 * The commands of the page about deploying, run as they stand there in one shell. Those that need an account, and those
 * that would change this clone, are written down instead; `npx cdk synth` is the real one.
 */

const REPOSITORY = join(import.meta.dirname, '../..');
const CDK = join(REPOSITORY, 'node_modules/aws-cdk/bin/cdk');
const OUTPUTS = {
  ActualJobsState: { ActualSecretId: 'arn:secret', TableName: 'table', BucketName: 'bucket' },
  ActualJobs: { ApiUrl: 'https://api.example' },
};
/** Which options each command of the CDK's command line has: what it does not know it ignores. */
const CDK_OPTIONS = join(REPOSITORY, 'node_modules/aws-cdk/lib/cli/cli-type-registry.json');
/** What the commands print that the page reads something from. */
const PRINTED: readonly (readonly [string, string])[] = [
  ['aws configure export-credentials', 'export AWS_ACCESS_KEY_ID=AKIA AWS_SECRET_ACCESS_KEY=key'],
  ['curl', '{"job":{"id":"job-1"}}'],
];

/** Sections that somebody comes back for, in another shell. */
const LATER = new Set(['Upgrading', 'Rolling back', 'Removing', 'Restoring the table']);

let folder: string;
let calls: readonly string[];
let failed: string | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deploy-'));
  const [bin, log] = [join(folder, 'bin'), join(folder, 'calls')];
  await mkdir(bin);
  await writeFile(log, '');
  for (const name of ['infra', 'functions', 'node_modules', 'docs', 'package.json']) {
    await symlink(join(REPOSITORY, name), join(folder, name));
  }
  await copyFile(join(REPOSITORY, 'cdk.json'), join(folder, 'cdk.json'));
  const prints = PRINTED.map(
    ([call, text]) => `case "$(basename "$0") $*" in "${call}"*) echo '${text}';; esac`,
  );
  const written = `#!/bin/sh\necho "$(basename "$0") $*" >> "$CALLS"\n${prints.join('\n')}\n`;
  for (const command of ['aws', 'curl', 'git', 'npm']) {
    await writeFile(join(bin, command), written, { mode: 0o755 });
  }
  const npx = [
    `#!/bin/sh\necho "npx $*" >> "$CALLS"`,
    `case "$*" in`,
    `  "cdk synth"*) shift; exec "$NODE" "$CLI" "$@";;`,
    `  *--outputs-file*) echo '${JSON.stringify(OUTPUTS)}' > outputs.json;;`,
    `esac\n`,
  ];
  await writeFile(join(bin, 'npx'), npx.join('\n'), { mode: 0o755 });
  const script = fencedIn(DEPLOY_PAGE, 'sh').join('\n');
  const path = [bin, join(process.execPath, '..'), process.env.PATH].join(':');
  const env = {
    ...{ PATH: path, HOME: folder, AWS_REGION: 'eu-central-1', AWS_SESSION_TOKEN: '' },
    ...{ CALLS: log, NODE: process.execPath, CLI: CDK },
  };
  failed = await new Promise((resolve) => {
    execFile('sh', ['-eu', '-c', script], { cwd: folder, env }, (error, _stdout, stderr) =>
      resolve(error === null ? undefined : `${error.message}\n${stderr}`),
    );
  });
  calls = (await readFile(log, 'utf8')).trim().split('\n');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const needAnAccount = () =>
  [...rowsOf(sectionsOf(DEPLOY_PAGE).get('Which commands need an account') ?? '').keys()].flatMap(
    (cell) => /^`(.+)`$/.exec(cell)?.[1] ?? [],
  );

describe('the page about deploying', () => {
  it('has commands that a shell runs from top to bottom', () => {
    expect(failed).toBeUndefined();
  });

  it('has a configuration that can be deployed, by the command line that comes along', async () => {
    for (const stack of ['ActualJobsState', 'ActualJobs']) {
      const template = await readFile(join(folder, 'cdk.out', `${stack}.template.json`), 'utf8');
      expect(Object.keys(JSON.parse(template).Resources).length).toBeGreaterThan(3);
    }
  });

  it('names each command that needs an account, and no other', () => {
    const known = needAnAccount();
    const local = /^(git|npm ci|npx cdk synth)\b/;
    const away = calls.filter((call) => !local.test(call));
    expect(away.filter((call) => !known.some((one) => call.startsWith(one)))).toEqual([]);
    expect(known.filter((one) => !away.some((call) => call.startsWith(one)))).toEqual([]);
  });

  it('gives the command line of the CDK no option that it would ignore', async () => {
    const { globalOptions, commands } = JSON.parse(await readFile(CDK_OPTIONS, 'utf8'));
    const ignored = calls.flatMap((call) => {
      const [, name] = /^npx cdk (\w+)/.exec(call) ?? [];
      if (name === undefined) return [];
      const known = { ...globalOptions, ...commands[name].options };
      const given = [...call.matchAll(/ --([a-z-]+)/g)].map(([, option = '']) => option);
      return given.filter((option) => !(option in known)).map((option) => `${name} --${option}`);
    });
    expect(ignored).toEqual([]);
  });

  it('tells AWS nothing of the use of its command line', async () => {
    const env = { PATH: join(process.execPath, '..'), HOME: folder };
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [CDK, 'cli-telemetry', '--status'],
      { cwd: folder, env },
    );
    expect(stdout + stderr).toContain('CLI Telemetry is disabled');
  });

  it('sets in a section that is for another day whatever it uses', () => {
    const sections = [...sectionsOf(DEPLOY_PAGE)].map(
      ([heading, text]) => [heading, fencedIn(text, 'sh').join('')] as const,
    );
    for (const [heading, script] of sections.filter(([name]) => LATER.has(name))) {
      const used = [...script.matchAll(/\$([A-Z_]+)/g)].map(([, name = '']) => name);
      const set = [...script.matchAll(/^([A-Z_]+)=/gm)].map(([, name = '']) => name);
      expect(
        used.filter((name) => !set.includes(name)),
        heading,
      ).toEqual([]);
    }
  });

  it('reads what it needs from what the deployment wrote', () => {
    expect(calls).toContain(
      'aws secretsmanager put-secret-value --secret-id arn:secret --secret-string file://server.json',
    );
    expect(calls).toContain('curl -sK aws.curlrc https://api.example/jobs/job-1?wait=20');
    expect(calls).toContain('aws dynamodb delete-table --table-name table');
  });
});

describe('restoring the table', () => {
  /** What comes after `option` in the one call of `aws dynamodb` that has it for the restored table. */
  const given = (option: string) =>
    calls.flatMap((call) => {
      const [, value] = new RegExp(`^aws dynamodb .*--${option} ?(\\S*)`).exec(call) ?? [];
      return call.includes('--table-name ActualJobs-restored') && value !== undefined
        ? [value]
        : [];
    });

  // "You must manually set up the following on the restored table" (API reference, RestoreTableToPointInTime).
  it('gives it by hand what the template says and a restore leaves out', async () => {
    const file = join(folder, 'cdk.out', 'ActualJobsState.template.json');
    const resources: readonly unknown[] = Object.values(
      JSON.parse(await readFile(file, 'utf8')).Resources,
    );
    const table = Object(
      resources.find((one) => Object(one).Type === 'AWS::DynamoDB::GlobalTable'),
    ).Properties;
    const [replica] = table.Replicas;
    const { RecoveryPeriodInDays: days } = replica.PointInTimeRecoverySpecification;
    expect(given('stream-specification')).toEqual([
      `StreamEnabled=true,StreamViewType=${table.StreamSpecification.StreamViewType}`,
    ]);
    expect(given('time-to-live-specification')).toEqual([
      `Enabled=true,AttributeName=${table.TimeToLiveSpecification.AttributeName}`,
    ]);
    expect(given('point-in-time-recovery-specification')).toEqual([
      `PointInTimeRecoveryEnabled=true,RecoveryPeriodInDays=${days}`,
    ]);
    expect(replica.DeletionProtectionEnabled).toBe(true);
    expect(given('deletion-protection-enabled')).toHaveLength(1);
  });

  // The command line passes over a stack whose template is deployed already, as that of ActualJobs would be.
  it('destroys ActualJobs before it restores, so that it is made with the name of the restored table', () => {
    const restored = calls.findIndex((call) => call.includes('restore-table-to-point-in-time'));
    const [gone, back] = [
      calls.findLastIndex((call) => call.startsWith('npx cdk destroy ActualJobs ')),
      calls.findLastIndex((call) => call.startsWith('npx cdk deploy --all ')),
    ];
    expect(restored).toBeGreaterThan(gone);
    expect(back).toBeGreaterThan(restored);
    expect(calls.slice(gone + 1, back).filter((call) => call.includes('cdk deploy'))).toEqual([]);
  });
});
