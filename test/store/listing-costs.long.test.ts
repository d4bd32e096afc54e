import { costsTheSameAmong } from './listing-costs.ts';

costsTheSameAmong(100_000);
