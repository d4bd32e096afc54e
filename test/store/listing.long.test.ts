import { costsTheSameAmong } from './listing-costs.ts';
import { listsAllAmong } from './listing-many.ts';

listsAllAmong(100_000);
costsTheSameAmong(100_000);
