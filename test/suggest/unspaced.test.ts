import { describe, expect, it } from 'vitest';
import { proposalFor } from './asking.ts';
import { type Entry, times } from './budgets.ts';

type Habit = readonly [payee: string, category: string, times: number, amount: number];

/** What households buy whose language has no spaces between words. */
const CHINESE: readonly Habit[] = [
  ['麦当劳人民广场店', 'Eating out', 24, -4_500],
  ['盒马鲜生中山公园店', 'Groceries', 48, -12_000],
  ['全家便利店', 'Groceries', 36, -2_500],
  ['中国石化加油站', 'Fuel', 18, -35_000],
  ['国大药房徐家汇店', 'Health', 12, -8_000],
  ['上海电力有限公司', 'Utilities', 12, -21_000],
];
const JAPANESE: readonly Habit[] = [
  ['イオン', 'Groceries', 48, -3_800],
  ['スターバックス新宿店', 'Eating out', 24, -620],
  ['マツモトキヨシ渋谷店', 'Household', 20, -1_900],
  ['株式会社松屋', 'Clothes', 12, -7_800],
  ['東京電力', 'Utilities', 12, -9_400],
];

function proposal(habits: readonly Habit[], text: string) {
  const past = habits.flatMap(([payee, category, count, amount]) =>
    times(count, { payee, category, amount }),
  );
  const asked: Entry = { id: 'new', date: 20_260_110, text, amount: -5_000 };
  return proposalFor([...past, asked]);
}

describe('a household that writes without spaces', () => {
  it.each([
    ['麦当劳徐家汇店', CHINESE, 'Eating out'],
    ['盒马鲜生浦东店', CHINESE, 'Groceries'],
    ['中国石化浦东加油站', CHINESE, 'Fuel'],
    ['麦当劳', CHINESE, 'Eating out'],
    ['イオン幕張店', JAPANESE, 'Groceries'],
    ['スターバックス渋谷店', JAPANESE, 'Eating out'],
    ['ﾏﾂﾓﾄｷﾖｼ 新宿店', JAPANESE, 'Household'],
  ] as const)('gets another branch of a shop that it knows: %s', async (text, habits, category) => {
    expect((await proposal(habits, text))?.categories[0].categoryId).toBe(category);
  });

  it.each([
    ['its place', '人民广场宠物医院', CHINESE],
    ['its kind of company', '北京律师有限公司', CHINESE],
    ['its place', '渋谷書店', JAPANESE],
    ['its kind of company', '株式会社明治', JAPANESE],
  ] as const)(
    'hears nothing about a shop that has %s alone in common: %s',
    async (_what, text, habits) => {
      expect(await proposal(habits, text)).toBeUndefined();
    },
  );

  it('hears nothing about a shop that has one character in common, be it one with a mark', async () => {
    const habits: readonly Habit[] = [
      ['ガスト', 'Eating out', 20, -1_200],
      ['家賃', 'Rent', 20, -95_000],
    ];
    expect(await proposal(habits, 'ガラス工房')).toBeUndefined();
  });

  it('gets no payee that a text begins with: another one may', async () => {
    const habits = [...JAPANESE, ['ライフ', 'Groceries', 40, -4_000] as const];
    expect((await proposal(habits, 'ライフネット生命'))?.payeeName).toBeUndefined();
  });
});
