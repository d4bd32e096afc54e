import { z } from 'zod';

const NOT_AN_ORIGIN =
  'has to be an origin as browsers send it, such as https://budget.example.org: scheme and host in lower case, no path';

/** Scheme, host and port, as the URL standard writes them: that is what the gateway compares with. */
const Origin = z.string().refine(isOrigin, { message: NOT_AN_ORIGIN });

/** How the HTTP API behaves towards its callers. */
export const ApiConfig = z.strictObject({
  /** Web pages whose scripts may call the API (CORS), by their origins. Without any, none may. */
  allowedOrigins: z
    .array(Origin)
    .max(20, { message: 'may name 20 origins' })
    .refine((origins) => new Set(origins).size === origins.length, {
      message: 'names an origin twice',
    })
    .default([]),
  /** Above these all callers together get 429: far above what a household or a company needs, far below what would hurt. */
  throttle: z
    .strictObject({
      requestsPerSecond: upTo(10_000),
      /** Requests that may come at once. */
      burst: upTo(5_000),
    })
    .default({ requestsPerSecond: 50, burst: 100 }),
});

export type ApiConfig = z.infer<typeof ApiConfig>;

/** Above `most`, API Gateway's own limits of an account bind. */
function upTo(most: number) {
  const message = `has to be a whole number from 1 to ${most}`;
  return z.number({ error: message }).int({ message }).min(1, { message }).max(most, { message });
}

function isOrigin(text: string): boolean {
  if (!/^https?:\/\/[^*]+$/.test(text)) return false;
  try {
    return new URL(text).origin === text;
  } catch {
    return false;
  }
}
