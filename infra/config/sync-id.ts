import { z } from 'zod';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A budget, by the id that Actual shows for it. */
export const SyncId = z.string().regex(UUID, {
  message: 'has to be the Sync ID from Settings → Advanced in Actual, in lower case',
});
