import { expect, it } from 'vitest';
import { fieldOf, jsonOf } from '../../functions/domain/json.ts';

it('says what a text says as JSON', () => {
  expect(jsonOf('{"a":[1,null]}')).toEqual({ a: [1, null] });
});

it.each([undefined, '', '{', 'a word'])('says nothing of what is none: %s', (text) => {
  expect(jsonOf(text)).toBeUndefined();
});

it('gives a field of what came from outside', () => {
  expect(fieldOf({ a: 1 }, 'a')).toBe(1);
});

it.each([undefined, null, 'a word', 1, {}, []])('gives no field of what has none: %j', (value) => {
  expect(fieldOf(value, 'a')).toBeUndefined();
});
