import { type Page, pageOf } from './page.ts';

export interface PageRequest {
  token: string | undefined;
  size: number;
  /** The service's error for a token that it never gave. */
  invalid: () => Error;
}

/** A page; a foreign token is the error that the service answers it with. */
export function validPage<Item>(items: readonly Item[], { token, size, invalid }: PageRequest): Page<Item> {
  try {
    return pageOf(items, token, size);
  } catch (error) {
    throw error instanceof RangeError ? invalid() : error;
  }
}
