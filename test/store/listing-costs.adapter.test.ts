import { costsTheSameAmong } from './listing-costs.ts';

costsTheSameAmong(5_000);
