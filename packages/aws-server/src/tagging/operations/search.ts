import type * as Tagging from '@aws-sdk/client-resource-groups-tagging-api';
import type { Context } from '../../context.ts';
import type { ServiceParts } from '../../service.ts';
import { tagList } from '../../tags.ts';
import { validPage } from '../../valid-page.ts';
import { invalid } from '../errors.ts';
import { type Tagged, taggedOf } from '../tagged.ts';

type Search = Tagging.GetResourcesCommandInput;

const mostPerPage = 100;
const mostOfWords = 1000;

const badToken = () => invalid('Invalid pagination token.');

/** `ec2`, or `ec2:vpc`. */
function hasType({ arn }: Tagged, filters: readonly string[]): boolean {
  const [, , service = '', , , ...rest] = arn.split(':');
  const [type] = rest.join(':').split(/[:/]/);
  return filters.length === 0 || filters.some((filter) => filter === service || filter === `${service}:${type}`);
}

/** Every filter must match, by one of its values, or by any when it has none. */
const hasTags = ({ tags }: Tagged, filters: readonly Tagging.TagFilter[]): boolean =>
  filters.every(({ Key = '', Values = [] }) => {
    const value = tags.get(Key);
    return value !== undefined && (Values.length === 0 || Values.includes(value));
  });

function search(input: Search, context: Context) {
  const { ResourceARNList = [], TagFilters = [], ResourceTypeFilters = [], ResourcesPerPage = mostPerPage } = input;
  if (ResourceARNList.length > 0 && TagFilters.length + ResourceTypeFilters.length > 0)
    throw invalid('ResourceARNList can not be combined with TagFilters or ResourceTypeFilters.');
  if (ResourcesPerPage < 1 || ResourcesPerPage > mostPerPage)
    throw invalid(`ResourcesPerPage must be from 1 to ${mostPerPage}.`);
  const found = taggedOf(context)
    .filter(({ arn }) => ResourceARNList.length === 0 || ResourceARNList.includes(arn))
    .filter((each) => hasType(each, ResourceTypeFilters) && hasTags(each, TagFilters));
  return validPage(found, { token: input.PaginationToken || undefined, size: ResourcesPerPage, invalid: badToken });
}

const words = (all: Iterable<string>, token: string | undefined) =>
  validPage([...new Set(all)].toSorted(), { token: token || undefined, size: mostOfWords, invalid: badToken });

export const searchOperations: ServiceParts<typeof Tagging> = {
  handlers: {
    GetResources(input, context) {
      const { items, next = '' } = search(input, context);
      return {
        PaginationToken: next,
        ResourceTagMappingList: items.map(({ arn, tags }) => ({ ResourceARN: arn, Tags: tagList(tags) })),
      };
    },
    GetTagKeys({ PaginationToken }, context) {
      const { items, next = '' } = words(
        taggedOf(context).flatMap(({ tags }) => [...tags.keys()]),
        PaginationToken,
      );
      return { PaginationToken: next, TagKeys: items };
    },
    GetTagValues({ Key = '', PaginationToken }, context) {
      const { items, next = '' } = words(
        taggedOf(context).flatMap(({ tags }) => tags.get(Key) ?? []),
        PaginationToken,
      );
      return { PaginationToken: next, TagValues: items };
    },
  },
  rules: {
    GetResources: { accepts: 'PaginationToken TagFilters ResourcesPerPage ResourceTypeFilters ResourceARNList' },
    GetTagKeys: { accepts: 'PaginationToken' },
    GetTagValues: { accepts: 'PaginationToken Key' },
  },
};
