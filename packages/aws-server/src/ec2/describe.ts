import type { Filter } from '@aws-sdk/client-ec2';
import { AwsError } from '../errors.ts';
import { pageOf } from '../page.ts';
import { filtered, type FilterTable } from './filters.ts';
import { type Kind, missing } from './kinds.ts';

export interface DescribeRequest {
  ids?: readonly string[] | undefined;
  filters?: readonly Filter[] | undefined;
  nextToken?: string | undefined;
  maxResults?: number | undefined;
}

interface Described {
  id: string;
  tags: ReadonlyMap<string, string>;
}

export interface Description<Item> {
  kind: Kind;
  items: readonly Item[];
  filters: FilterTable<Item>;
}

const defaultSize = 1000;

/**
 * The common part of every Describe operation: ids, filters, pages.
 * @throws AwsError of the kind for an id that is not among the items; InvalidParameterValue for unknown filters.
 */
export function describe<Item extends Described>(
  { kind, items, filters }: Description<Item>,
  request: DescribeRequest,
): { items: Item[]; next: string | undefined } {
  const named = request.ids?.length ? request.ids.map((id) => itemOf(items, kind, id)) : items;
  const left = filtered(named, request.filters, filters, ({ tags }) => tags);
  try {
    return pageOf(left, request.nextToken, request.maxResults ?? defaultSize);
  } catch (cause) {
    throw new AwsError('InvalidNextToken', `The specified token is not valid.`, { cause });
  }
}

function itemOf<Item extends Described>(items: readonly Item[], kind: Kind, id: string): Item {
  const item = items.find((candidate) => candidate.id === id);
  if (!item) throw missing(kind, id);
  return item;
}

/** The paging part of an answer. */
export const nextToken = (next: string | undefined): { NextToken?: string } =>
  next === undefined ? {} : { NextToken: next };
