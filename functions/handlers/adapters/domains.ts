/** Where AWS has its services and its console. */
export interface Domains {
  readonly services: string;
  readonly console: string;
}

const AWS: Domains = { services: 'amazonaws.com', console: 'console.aws.amazon.com' };

/** China, the regions of the government of the United States, and the sovereign cloud of Europe, by the beginning of a region. */
const OTHERS: readonly (readonly [string, Domains])[] = [
  ['cn-', { services: 'amazonaws.com.cn', console: 'console.amazonaws.cn' }],
  ['us-gov-', { services: 'amazonaws.com', console: 'console.amazonaws-us-gov.com' }],
  ['eusc-', { services: 'amazonaws.eu', console: 'console.amazonaws-eusc.eu' }],
];

/** The domains that a region is reached under: each partition of AWS has its own. */
export function domainsOf(region: string): Domains {
  return OTHERS.find(([beginning]) => region.startsWith(beginning))?.[1] ?? AWS;
}
