import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseConfig } from '../../infra/config/config.ts';
import { inTermsOfOptions, writeConfig } from '../../local/start/household-config.ts';
import type { HouseholdOptions } from '../../local/start/household-options.ts';
import { parseOptions } from '../../local/start/options.ts';
import { chosenBudgets } from '../../local/start/sign-in.ts';
import { StartError } from '../../local/start/start-error.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'household-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('the budgets that are asked for', () => {
  const budget = (syncId: string, name: string) => ({
    fileId: 'f',
    syncId,
    name,
    encrypted: false,
  });
  const options = { serverUrl: 'https://a.example', budgets: ['b-2', 'b-1'] };

  it('are found in their order', () => {
    const found = chosenBudgets(options, [budget('b-1', 'One'), budget('b-2', 'Two')]);
    expect(found.map(({ name }) => name)).toEqual(['Two', 'One']);
  });

  it('are told when they are not there, with names that a terminal does not obey', () => {
    const choose = () => chosenBudgets(options, [budget('b-1\u001b[2J', 'One\u001b[31m')]);
    expect(choose).toThrow('has no budget b-2; it has "One [31m" b-1 [2J.');
    expect(() => chosenBudgets(options, [])).toThrow('it has none.');
  });
});

describe('the configuration of a household', () => {
  const BUDGET = '11111111-1111-4111-8111-111111111111';
  const OTHER = '22222222-2222-4222-8222-222222222222';

  function household(...args: readonly string[]): HouseholdOptions {
    const server = ['--server', 'https://a.example', '--budget', BUDGET, '--budget', OTHER];
    const command = parseOptions([...server, ...args]);
    if (command.kind !== 'start' || command.home.kind === 'demo') throw new Error('no household');
    return command.home;
  }

  /** As the stack reads it. */
  function written(options: HouseholdOptions) {
    const { file: config, schedule } = writeConfig(options, folder);
    return { config: parseConfig(JSON.parse(readFileSync(config, 'utf8'))), schedule };
  }

  it('syncs each budget at three at night, on the clock of this machine', () => {
    const { config, schedule } = written(household());
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    expect(config.schedules.map(({ budgetId }) => budgetId)).toEqual([BUDGET, OTHER]);
    for (const one of config.schedules) {
      expect(one).toMatchObject({ expression: 'cron(0 3 * * ? *)', timeZone });
    }
    expect(schedule).toBe(`Every night at 3:00 (${timeZone}) a job syncs and suggests.`);
  });

  it('takes another schedule, or none', () => {
    const other = written(household('--schedule', 'rate(6 hours)', '--time-zone', 'Asia/Tokyo'));
    expect(other.config.schedules[0]).toMatchObject({
      expression: 'rate(6 hours)',
      timeZone: 'Asia/Tokyo',
    });
    expect(other.schedule).toBe(
      'By the schedule rate(6 hours) (Asia/Tokyo) a job syncs and suggests.',
    );
    expect(written(household('--schedule', 'off')).config.schedules).toEqual([]);
  });

  it('adds the schedule to what the user configures, unless that has schedules', () => {
    const years = file('years.json', '{"retentionDays":365}');
    const { config } = written(household('--config', years));
    expect([config.retentionDays, config.schedules.length]).toEqual([365, 2]);
    const nights = file('nights.json', '{"schedules":[]}');
    expect(written(household('--config', nights)).config.schedules).toEqual([]);
    const both = household('--config', nights, '--time-zone', 'Asia/Tokyo');
    expect(() => written(both)).toThrow('--time-zone: ');
  });

  it('says where the language model is that the user configures', () => {
    const model = { provider: 'openai', modelId: 'm', address: 'https://one.example/v1' };
    const own = household('--config', file('model.json', JSON.stringify({ model })));
    expect(writeConfig(own, folder).modelAddress).toBe('https://one.example/v1');
  });

  it('has schedules for the budgets that are asked for alone', () => {
    const config = (budgetId: string) =>
      household('--config', file('own.json', JSON.stringify({ schedules: [{ budgetId }] })));
    expect(writeConfig(config(OTHER), folder).schedule).toMatch(/^Jobs are scheduled by /);
    const stranger = '33333333-3333-4333-8333-333333333333';
    expect(() => writeConfig(config(stranger), folder)).toThrow(
      `has a schedule for ${stranger} (schedules.0.budgetId): it has to be one of`,
    );
  });

  it('says for which of the budgets the user has configured no schedule', () => {
    const schedules = [{ budgetId: OTHER }];
    const own = file('one-of-two.json', JSON.stringify({ schedules }));
    expect(writeConfig(household('--config', own), folder).schedule).toBe(
      `Jobs are scheduled by ${own}, but none for ${BUDGET}.`,
    );
  });

  it('leaves a budget that is asked for, but named in capitals there, to be refused for those', () => {
    const lower = 'abcdef00-1111-4111-8111-111111111111';
    const schedules = [{ name: 'n', budgetId: lower.toUpperCase(), expression: 'rate(1 day)' }];
    const own = household(
      ...['--budget', lower, '--config', file('capitals.json', JSON.stringify({ schedules }))],
    );
    expect(() => writeConfig(own, folder)).not.toThrow();
    expect(() => parseConfig({ schedules })).toThrow('in lower case');
  });

  it.each(['UTC+3', 'GMT+3', 'Mars/Olympus', ''])(
    'asks for a time zone where the clock of this machine has none with a name: TZ=%s',
    (zone) => {
      vi.stubEnv('TZ', zone);
      try {
        expect(() => written(household())).toThrow('say which is meant with --time-zone');
        expect(written(household('--time-zone', 'Asia/Tokyo')).schedule).toContain('Asia/Tokyo');
      } finally {
        vi.unstubAllEnvs();
      }
    },
  );

  it('may name a language model, but none on Amazon Bedrock', () => {
    const model = { provider: 'openai', modelId: 'm', address: 'http://127.0.0.1:11434/v1' };
    const own = household('--config', file('model.json', JSON.stringify({ model })));
    expect(written(own).config.model).toMatchObject(model);
    const bedrock = { model: { provider: 'bedrock', modelId: 'amazon.nova-lite-v1:0' } };
    const other = household('--config', file('bedrock.json', JSON.stringify(bedrock)));
    expect(() => written(other)).toThrow('names a model on Amazon Bedrock');
  });

  it('may begin with the mark that some editors put there', () => {
    const own = household('--config', file('marked.json', '\ufeff{"retentionDays":7}'));
    expect(written(own).config.retentionDays).toBe(7);
  });

  it('is refused when it is no JSON object', () => {
    expect(() => written(household('--config', file('half.json', '{')))).toThrow('is not JSON');
    expect(() => written(household('--config', file('list.json', '[]')))).toThrow('a JSON object');
    expect(() => written(household('--config', file('servers.json', '{"servers":[]}')))).toThrow(
      'names servers',
    );
    expect(() => written(household('--config', '/nowhere.json'))).toThrow('cannot be read');
  });

  it.each([
    [['--schedule', 'daily'], /^--schedule has to be cron\(/],
    [['--schedule', 'cron(0 3 * * *)'], /^--schedule cron takes six fields/],
    [['--time-zone', 'Mars/Olympus'], /^--time-zone has to be one of IANA's/],
  ])('%j is refused in the words of the synthesis', (args, sentence) => {
    const refused = () => {
      try {
        written(household(...args));
      } catch (error) {
        const said = new StartError(error instanceof Error ? error.message : '');
        inTermsOfOptions({ ownSchedules: false })(said);
      }
    };
    expect(refused).toThrow(sentence);
  });

  it('keeps the words of the synthesis for schedules of its own, which no option has made', () => {
    const said = new StartError('  schedules.0.expression: has to be cron');
    const { ownSchedules } = writeConfig(
      household('--config', file('own.json', '{"schedules":[{}]}')),
      folder,
    );
    expect(() => inTermsOfOptions({ ownSchedules })(said)).toThrow(said);
    expect(writeConfig(household(), folder).ownSchedules).toBe(false);
  });
});

describe('the configuration of the demo', () => {
  const demo = (config: unknown, budgets: readonly string[] = []) =>
    writeConfig(
      {
        budgets,
        schedule: budgets.length === 0 ? undefined : 'rate(1 hour)',
        timeZone: undefined,
        configFile: file('demo.json', JSON.stringify(config)),
        namedBy: 'ACTUAL_JOBS_CONFIG',
      },
      folder,
    );

  it('has no schedule but its own, and the one that an option asks for', () => {
    expect(demo({ retentionDays: 7 }).schedule).toBe('No job is scheduled.');
    expect(demo({ schedules: [] }).schedule).toBe('No job is scheduled.');
    expect(demo({ schedules: [{}] }).schedule).toMatch(/^Jobs are scheduled by .+demo.json/);
    const { file: written } = demo({ retentionDays: 7 }, ['b-1']);
    expect(JSON.parse(readFileSync(written, 'utf8'))).toMatchObject({
      retentionDays: 7,
      schedules: [{ budgetId: 'b-1', expression: 'rate(1 hour)' }],
    });
  });

  it.each([
    [{ servers: [] }, 'names servers'],
    [{ auth: { jwt: {} } }, 'says who may call'],
    [{ model: { provider: 'bedrock' } }, 'names a model on Amazon Bedrock'],
  ])('is refused with %j, by the name of what named it', (config, reason) => {
    expect(() => demo(config)).toThrow(StartError);
    expect(() => demo(config)).toThrow(/^ACTUAL_JOBS_CONFIG: .+demo.json/);
    expect(() => demo(config)).toThrow(reason);
  });
});
