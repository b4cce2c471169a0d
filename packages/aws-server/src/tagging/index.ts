import { createRequire } from 'node:module';
import type * as Tagging from '@aws-sdk/client-resource-groups-tagging-api';
import type { Context } from '../context.ts';
import { type AwsError, failures } from '../errors.ts';
import { type Service, service } from '../service.ts';
import { tagList } from '../tags.ts';
import { validPage } from '../valid-page.ts';
import { hasTags, isOfType } from './match.ts';
import { taggedResources } from './resources.ts';

const require = createRequire(import.meta.url);
const fail = failures<typeof Tagging>();
const invalidToken = (): AwsError => fail('PaginationTokenExpiredException', 'The pagination token is not valid.');
const perPage = 50;

function found(input: Tagging.GetResourcesCommandInput, context: Context) {
  const { ResourceARNList: arns = [], ResourceTypeFilters: types = [], TagFilters = [] } = input;
  if (arns.length > 0 && (TagFilters.length > 0 || types.length > 0)) {
    throw fail('InvalidParameterException', 'ResourceARNList cannot be combined with other filters.');
  }
  return taggedResources(context).filter(
    (resource) =>
      (arns.length === 0 || arns.includes(resource.arn)) &&
      (types.length === 0 || types.some((type) => isOfType(resource, type))) &&
      hasTags(resource, TagFilters),
  );
}

const pageOf = <Item>(items: readonly Item[], token: string | undefined, size = perPage) =>
  validPage(items, { token: token === '' ? undefined : token, size, invalid: invalidToken });

const distinct = (values: Iterable<string>) => [...new Set(values)].toSorted();

/** The Resource Groups Tagging API: what carries a tag, over all services. */
export const tagging: Service = service<typeof Tagging>(
  () => require('@aws-sdk/client-resource-groups-tagging-api') as unknown,
  {
    name: 'tagging',
    actions: 'tag',
    protocol: 'json',
    scope: 'tagging',
    version: '2017-01-26',
    target: 'ResourceGroupsTaggingAPI_20170126',
  },
  {
    handlers: {
      GetResources(input, context) {
        const { items, next = '' } = pageOf(found(input, context), input.PaginationToken, input.ResourcesPerPage);
        const ResourceTagMappingList = items.map(({ arn, tags }) => ({ ResourceARN: arn, Tags: tagList(tags) }));
        return { ResourceTagMappingList, PaginationToken: next };
      },
      GetTagKeys({ PaginationToken }, context) {
        const keys = distinct(taggedResources(context).flatMap(({ tags }) => [...tags.keys()]));
        const { items, next = '' } = pageOf(keys, PaginationToken);
        return { TagKeys: items, PaginationToken: next };
      },
      GetTagValues({ Key = '', PaginationToken }, context) {
        const values = distinct(taggedResources(context).flatMap(({ tags }) => tags.get(Key) ?? []));
        const { items, next = '' } = pageOf(values, PaginationToken);
        return { TagValues: items, PaginationToken: next };
      },
    },
    rules: {
      GetResources: { accepts: 'ResourceARNList ResourceTypeFilters TagFilters PaginationToken ResourcesPerPage' },
      GetTagKeys: { accepts: 'PaginationToken' },
      GetTagValues: { accepts: 'Key PaginationToken' },
    },
  },
);
