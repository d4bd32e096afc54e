import aws4 from 'aws4';
import { LOCAL_REGION, type LocalCredentials } from '../runtime/contract.ts';

/** The API's documents, as far as the start shows them. */
export interface Job {
  readonly id: string;
  readonly status: string;
  readonly failureReason: string | null;
  readonly metadata: { readonly counts?: Readonly<Record<string, number>> };
}

export interface JobDocument {
  readonly job: Job;
  readonly steps: readonly { readonly stepType: string; readonly status: string }[];
}

interface JobPage {
  readonly jobs: readonly Job[];
}

export interface Suggestion {
  readonly transaction: {
    readonly date: string;
    readonly payee: string;
    readonly amount: number;
  };
  readonly proposals: readonly { readonly categoryName: string; readonly confidence: number }[];
  readonly reason: string;
}

export interface SuggestionPage {
  readonly suggestions: readonly Suggestion[];
  readonly nextCursor: string | null;
}

/** Calls the API with signed requests. */
export class ApiClient {
  private readonly url: string;
  private readonly credentials: LocalCredentials;

  constructor(url: string, credentials: LocalCredentials) {
    this.url = url;
    this.credentials = credentials;
  }

  createJob(
    job: { readonly type: string; readonly budgetId: string },
    key: string,
  ): Promise<JobDocument> {
    return this.call('POST', '/jobs', {
      body: JSON.stringify(job),
      headers: { 'idempotency-key': key },
    });
  }

  /** The job once it has ended, or as it is after `wait` seconds. */
  getJob(id: string, wait: number): Promise<JobDocument> {
    return this.call('GET', `/jobs/${id}?wait=${wait}`);
  }

  /** The newest job of a budget; undefined when there is none. */
  async newestJob(budgetId: string): Promise<Job | undefined> {
    const { jobs } = await this.call<JobPage>('GET', `/jobs?budgetId=${budgetId}&limit=1`);
    return jobs[0];
  }

  suggestions(budgetId: string, limit: number): Promise<SuggestionPage> {
    return this.call('GET', `/budgets/${budgetId}/suggestions?limit=${limit}&status=pending`);
  }

  private async call<Document>(
    method: string,
    path: string,
    request: { readonly body?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Document> {
    const { body, headers } = request;
    const signed = aws4.sign(
      {
        method,
        path,
        host: new URL(this.url).host,
        service: 'execute-api',
        region: LOCAL_REGION,
        headers: { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body }),
      },
      this.credentials,
    );
    const answer = await fetch(this.url + path, {
      method,
      headers: new Headers(Object.entries(signed.headers ?? {}).map(([k, v]) => [k, String(v)])),
      ...(body === undefined ? {} : { body }),
    });
    const document = JSON.parse(await answer.text());
    if (!answer.ok)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(document)}`);
    return document;
  }
}
