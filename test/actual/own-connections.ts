import { watchedNetwork } from '../../functions/actual/network.ts';

/**
 * Imported before Actual's library, which keeps the `fetch` that it finds: each of its requests has a connection of its own,
 * as the product's have. A device that was busy for five seconds, as on a machine with much else to do, would else
 * send into one that the server has closed meanwhile.
 */

const PATIENCE_MS = 15 * 60_000;

const network = watchedNetwork(globalThis.fetch);
network.begin(PATIENCE_MS);
globalThis.fetch = network.fetch;
