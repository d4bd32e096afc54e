import type { PageRequest } from '../../functions/store/job-listing.ts';

/** The pages of a listing, from the first to the last: each is read where the one before says. */
export async function* pagesOf<Page extends { readonly nextCursor: string | null }>(
  limit: number,
  list: (request: PageRequest) => Promise<Page>,
): AsyncGenerator<Page> {
  let cursor: string | null = null;
  do {
    const page: Page = await list({ limit, ...(cursor !== null && { cursor }) });
    yield page;
    cursor = page.nextCursor;
  } while (cursor !== null);
}
