import { createServer } from 'node:http';

/** A Step Functions that only listens. */
export class ListeningStepFunctions {
  /** What it was asked, as it came. */
  asked: { name?: string; input?: string; executionArn?: string }[] = [];
  /** The error with which it refuses what it is asked. */
  refusal: string | undefined;
  /** What every execution has ended as, where they have. */
  ended: string | undefined;

  private readonly server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    this.asked.push(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    const starts = /StartExecution$/.test(String(request.headers['x-amz-target']));
    const exists = starts && this.ended !== undefined ? 'ExecutionAlreadyExists' : undefined;
    const refusal = this.refusal ?? exists;
    response.writeHead(refusal === undefined ? 200 : 400, {
      'content-type': 'application/x-amz-json-1.0',
    });
    response.end(
      JSON.stringify(
        refusal === undefined
          ? { executionArn: 'arn', startDate: 1, stopDate: 2, status: this.ended }
          : { __type: refusal },
      ),
    );
  });

  /** @returns its address. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const address = this.server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    return `http://127.0.0.1:${port}`;
  }

  stop(): void {
    this.server.close();
  }
}
