import { describe, expect, it } from 'vitest';
import { proposalFor } from './asking.ts';
import { times } from './budgets.ts';

describe('two companies', () => {
  it.each([
    ['ООО Ромашка', 'ООО Вектор'],
    ['ИП Иванов', 'ИП Петров'],
    ['АО Тандер', 'АО Вектор'],
    ['ПАО Магнит', 'ПАО Газпром'],
    ['ОАО Роза', 'ОАО Вектор'],
    ['ЗАО Роза', 'ЗАО Вектор'],
    ['ПрАТ Роза', 'ПрАТ Вектор'],
    ['ТОВ Сільпо', 'ТОВ Вектор'],
    ['ФОП Коваль', 'ФОП Бондар'],
    ['ООД Роза', 'ООД Вектор'],
    ['ЕООД Роза', 'ЕООД Вектор'],
    ['شركة الكهرباء', 'شركة الاتصالات'],
    ['شرکت برق', 'شرکت گاز'],
    ['חברת חשמל', 'חברת פרטנר'],
    ['주식회사 이마트', '주식회사 한전'],
    ['유한회사 이마트', '유한회사 한전'],
    ['(주)이마트', '(주)한전'],
    ['有限会社山田', '有限会社鈴木'],
    ['合同会社山田', '合同会社鈴木'],
    ['蓝天股份有限公司', '红旗股份有限公司'],
    ['蓝天有限责任公司', '红旗有限责任公司'],
    ['藍天有限責任公司', '紅旗有限責任公司'],
  ])('are not alike by their legal form: %s, %s', async (known, stranger) => {
    const past = times(20, { payee: known, category: 'Flowers' });
    const others = times(20, { payee: 'Rent', category: 'Rent', amount: -95_000 });
    expect(await proposalFor([...past, ...others, { id: 'new', text: stranger }])).toBeUndefined();
  });
});
