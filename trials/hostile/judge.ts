import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { type Canary, leaksIn, type Trace } from './canaries.ts';
import { SENT_SECRET } from './nasties.ts';
import type { OpenApi } from './operations.ts';
import type { HostileRequest } from './requests.ts';
import type { Answer } from './send.ts';

/** What is wrong with an answer, or with a trace that it left. */

/** Headers that an answer may have; another one was put there by a caller. */
const HEADERS: ReadonlySet<string> = new Set([
  'allow',
  'apigw-requestid',
  'cache-control',
  'connection',
  'content-length',
  'content-type',
  'date',
  'etag',
  'idempotency-replayed',
  'keep-alive',
  'location',
  'retry-after',
  'transfer-encoding',
  'x-request-id',
]);

/** The HTTP server's own refusals: it could not read the request. */
const UNREADABLE: ReadonlySet<number> = new Set([400, 414, 431]);

export class Judge {
  private readonly canaries: readonly Canary[];
  private readonly ajv = new Ajv2020({ strict: false, validateFormats: false });

  constructor(document: OpenApi, canaries: readonly Canary[]) {
    this.canaries = canaries;
    this.ajv.addSchema({ $id: 'openapi', ...document });
  }

  /** @param request with the real ids in it. @returns a sentence for each thing that is wrong. */
  faultsOf(request: HostileRequest, answer: Answer): readonly string[] {
    const { status, headers, body } = answer;
    const { operation } = request;
    const text = `${JSON.stringify(headers)}\n${body}`;
    const strange = Object.keys(headers).filter((name) => !HEADERS.has(name));
    return [
      ...(status >= 500 ? [`answered ${status}`] : []),
      ...this.leaks({ in: 'answer', operation, status, text }),
      ...(status >= 400 && text.includes(SENT_SECRET) ? ['repeats a value that was sent'] : []),
      ...strange.map((name) => `has the header ${name}`),
      ...(request.signing !== 'good' && !isRefusal(status) ? ['lets in who is not known'] : []),
      ...this.misfits(request, answer),
    ];
  }

  /** Faults of what was left behind: logs, items, executions. */
  faultsIn(trace: Trace): readonly string[] {
    const repeated = trace.in === 'log' && trace.text.includes(SENT_SECRET);
    return [...this.leaks(trace), ...(repeated ? ['repeats a value that was sent'] : [])];
  }

  private leaks(trace: Trace): readonly string[] {
    return leaksIn(trace, this.canaries).map((name) => `leaks ${name}`);
  }

  /** What the document does not say: it has every answer of every operation. */
  private misfits({ operation, method }: HostileRequest, answer: Answer): readonly string[] {
    const { status, headers, body } = answer;
    if (method === 'HEAD' || (UNREADABLE.has(status) && body === '')) return [];
    const [ownMethod = '', path = ''] = operation.split(' ');
    const type = headers['content-type'] ?? '';
    const media = ['content', type, 'schema'];
    const documented = [
      'paths',
      path,
      ownMethod.toLowerCase(),
      'responses',
      String(status),
      ...media,
    ];
    // Another path or method is another operation, or none: all of them refuse in one of two forms.
    const form = type === 'application/problem+json' ? 'Problem' : 'GatewayRefusal';
    // That the caller has the answer already is said without one, by the call that sends an ETag alone.
    if (status === 304) {
      return operation === 'GET /jobs/{jobId}' && body === '' && type === ''
        ? []
        : ['answered 304 with a body, or for what has no ETag'];
    }
    const fits =
      status >= 400
        ? this.fits(['components', 'schemas', form], body)
        : method !== ownMethod || this.fits(documented, body);
    return fits ? [] : [`answered ${status} ${type}, not as the document says`];
  }

  private fits(keys: readonly string[], body: string): boolean {
    const pointer = keys.map(escaped).join('/');
    const validate: ValidateFunction | undefined = this.ajv.getSchema(`openapi#/${pointer}`);
    try {
      return validate?.(JSON.parse(body)) === true;
    } catch {
      return false;
    }
  }
}

/** 403 is the gateway's word; it may also find the request unreadable or too large first. */
function isRefusal(status: number): boolean {
  return status === 403 || status === 413 || UNREADABLE.has(status);
}

function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}
