import { RightsGuard } from '../../local/runtime/rights/guard.ts';

/** Of an installation without functions: nobody but the owner calls its services. */
export const OWNER_ALONE = new RightsGuard({ stacks: new Map(), outputs: {}, resources: [] });
