import type { Limits } from '../../functions/suggest/model/asking.ts';
import type {
  AskBounds,
  LanguageModel,
  Reply,
} from '../../functions/suggest/model/language-model.ts';
import type { Question } from '../../functions/suggest/model/question.ts';

export const LIMITS: Limits = {
  callsPerJob: 20,
  tokensPerJob: 150_000,
  secondsPerJob: 300,
  payeesPerCall: 40,
  outputTokensPerCall: 4000,
  secondsPerCall: 60,
};

export interface AskedPayee {
  readonly id: string;
  readonly payee: string;
  readonly amount: number;
  readonly not?: readonly string[];
}

export interface QuestionData {
  readonly categories: readonly { readonly id: string; readonly name: string }[];
  readonly payees: readonly AskedPayee[];
}

export function dataOf({ data }: Question): QuestionData {
  return JSON.parse(data);
}

export interface GivenAnswer {
  readonly payee: string;
  readonly categories: readonly string[];
  readonly sure: boolean;
}

export interface ModelOfTest extends LanguageModel {
  readonly questions: Question[];
  readonly bounds: AskBounds[];
}

export type Said = Reply | ((question: Question) => Reply);

/** A model that replies as the test says; the last reply stands for all further ones. */
export function modelThat(...replies: readonly Said[]): ModelOfTest {
  const questions: Question[] = [];
  const bounds: AskBounds[] = [];
  return {
    questions,
    bounds,
    async ask(question, bound) {
      questions.push(question);
      bounds.push(bound);
      const reply = replies[Math.min(questions.length, replies.length) - 1];
      if (reply === undefined) throw new Error('Nobody was to be asked');
      return typeof reply === 'function' ? reply(question) : reply;
    },
  };
}

export function answered(answers: readonly unknown[], tokens = 100): Reply {
  return { kind: 'answered', answer: { answers }, tokens };
}

/** Answers each payee with the categories of these names. */
export function choosing(...names: readonly string[]) {
  return choosingBy(() => names);
}

/** @param namesFor names of categories, best first. */
export function choosingBy(namesFor: (payee: AskedPayee) => readonly string[], sure = true) {
  return (question: Question): Reply => {
    const { categories, payees } = dataOf(question);
    const numberOf = (name: string) => categories.find((one) => one.name === name)?.id ?? name;
    return answered(
      payees.map(
        (one): GivenAnswer => ({
          payee: one.id,
          categories: namesFor(one).map(numberOf),
          sure,
        }),
      ),
    );
  };
}

export const UNAVAILABLE: Reply = { kind: 'unavailable', cause: { status: 503 } };
export const REFUSED: Reply = { kind: 'refused', cause: { status: 401 } };
export const BAD: Reply = { kind: 'bad', tokens: 100, cause: {} };
