import { pageOf } from '../page.ts';
import { invalid } from './errors.ts';

interface PageInput {
  Marker?: string | undefined;
  PageSize?: number | undefined;
}

const defaultSize = 400;

/** One page as load balancing lists give it. */
export function elbPage<T>(
  items: readonly T[],
  { Marker, PageSize = defaultSize }: PageInput,
): { items: T[]; tail: { NextMarker?: string } } {
  try {
    const { items: page, next } = pageOf(items, Marker, PageSize);
    return { items: page, tail: next === undefined ? {} : { NextMarker: next } };
  } catch {
    throw invalid(`Invalid marker '${Marker}'`);
  }
}
