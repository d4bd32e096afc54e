import { listsAllAmong } from './listing-many.ts';

listsAllAmong(5_000);
