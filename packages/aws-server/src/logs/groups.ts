import type * as Logs from '@aws-sdk/client-cloudwatch-logs';
import type { Context } from '../context.ts';
import { validPage } from '../valid-page.ts';
import type { Handlers } from '../service.ts';
import { addTags, removeTags, tagsFromRecord, tagsToRecord } from '../tag-records.ts';
import { groupExists, groupNotFound, invalidParameter, invalidToken } from './errors.ts';
import { createGroup, type LogGroup, LogsState } from './state.ts';

const retentionDays = new Set([
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]);
const mostGroupsPerPage = 50;

export const groupOperations: Handlers<typeof Logs> = {
  CreateLogGroup({ logGroupName: name = '', tags }, context) {
    if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) {
      throw invalidParameter(
        `Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
      );
    }
    const state = context.state(LogsState);
    if (state.groups.has(name)) throw groupExists();
    const { account, region, world } = context;
    const group = createGroup(state, name, { account, region, nowMs: world.clock.now() });
    addTags(group.tags, tagsFromRecord(tags));
    return {};
  },

  DescribeLogGroups({ logGroupNamePrefix = '', logGroupNamePattern = '', nextToken, limit }, context) {
    const groups = [...context.state(LogsState).groups.values()]
      .filter(({ name }) => name.startsWith(logGroupNamePrefix) && name.includes(logGroupNamePattern))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const page = validPage(groups, { token: nextToken, size: limit ?? mostGroupsPerPage, invalid: invalidToken });
    return { logGroups: page.items.map(viewOf), nextToken: page.next };
  },

  DeleteLogGroup({ logGroupName }, context) {
    context.state(LogsState).groups.delete(groupOf(context, logGroupName).name);
    return {};
  },

  PutRetentionPolicy({ logGroupName, retentionInDays = 0 }, context) {
    if (!retentionDays.has(retentionInDays)) {
      throw invalidParameter(
        `Invalid retention value ${retentionInDays}. Valid values are: [${[...retentionDays].join(', ')}]`,
      );
    }
    groupOf(context, logGroupName).retentionInDays = retentionInDays;
    return {};
  },

  DeleteRetentionPolicy({ logGroupName }, context) {
    groupOf(context, logGroupName).retentionInDays = undefined;
    return {};
  },

  // The same by name: what older scripts call.
  TagLogGroup({ logGroupName, tags }, context) {
    addTags(groupOf(context, logGroupName).tags, tagsFromRecord(tags));
    return {};
  },
  UntagLogGroup({ logGroupName, tags }, context) {
    removeTags(groupOf(context, logGroupName).tags, tags);
    return {};
  },
  ListTagsLogGroup({ logGroupName }, context) {
    return { tags: tagsToRecord(groupOf(context, logGroupName).tags) };
  },

  TagResource({ resourceArn, tags }, context) {
    addTags(groupByArn(context, resourceArn).tags, tagsFromRecord(tags));
    return {};
  },

  UntagResource({ resourceArn, tagKeys }, context) {
    removeTags(groupByArn(context, resourceArn).tags, tagKeys);
    return {};
  },

  ListTagsForResource({ resourceArn }, context) {
    return { tags: tagsToRecord(groupByArn(context, resourceArn).tags) };
  },
};

/** By name, or by an ARN with or without `:*`. @throws AwsError ResourceNotFoundException */
export function groupOf(context: Context, nameOrArn = ''): LogGroup {
  const name = /:log-group:([^:]+)/.exec(nameOrArn)?.[1] ?? nameOrArn;
  const group = context.state(LogsState).groups.get(name);
  if (!group) throw groupNotFound();
  return group;
}

function groupByArn(context: Context, arn = ''): LogGroup {
  const group = groupOf(context, arn);
  if (arn.replace(/:\*$/, '') !== group.arn) throw groupNotFound();
  return group;
}

const viewOf = ({ name, arn, createdAtMs, retentionInDays, streams }: LogGroup) => ({
  logGroupName: name,
  arn: `${arn}:*`,
  logGroupArn: arn,
  creationTime: createdAtMs,
  metricFilterCount: 0,
  storedBytes: [...streams.values()]
    .flatMap(({ events }) => events)
    .reduce((sum, { message }) => sum + message.length, 0),
  logGroupClass: 'STANDARD' as const,
  ...(retentionInDays === undefined ? {} : { retentionInDays }),
});
