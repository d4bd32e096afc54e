import { listsAllAmong } from './listing-many.ts';

listsAllAmong(100_000);
