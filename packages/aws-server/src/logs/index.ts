import { createRequire } from 'node:module';
import type * as Logs from '@aws-sdk/client-cloudwatch-logs';
import type { Context } from '../context.ts';
import { type Service, service } from '../service.ts';
import { groupOperations } from './groups.ts';
import { streamOperations } from './streams.ts';

const require = createRequire(import.meta.url);

interface Named {
  logGroupName?: string | undefined;
  logGroupIdentifier?: string | undefined;
  logStreamName?: string | undefined;
}

const groupArn = ({ logGroupName, logGroupIdentifier = '*' }: Named, { region, account }: Context) => {
  const name = logGroupName ?? logGroupIdentifier;
  return name.startsWith('arn:') ? name.replace(/:\*$/, '') : `arn:aws:logs:${region}:${account}:log-group:${name}`;
};
const onGroup = (input: Named, context: Context) => [`${groupArn(input, context)}:*`];
const onStream = (input: Named, context: Context) => [
  `${groupArn(input, context)}:log-stream:${input.logStreamName ?? '*'}`,
];
const onArn = ({ resourceArn = '*' }: { resourceArn?: string | undefined }) => [resourceArn];

/** CloudWatch Logs, as far as log drivers and their readers need it. */
export const logs: Service = service<typeof Logs>(
  () => require('@aws-sdk/client-cloudwatch-logs') as unknown,
  { name: 'logs', protocol: 'json', scope: 'logs', version: '2014-03-28', target: 'Logs_20140328' },
  {
    handlers: { ...groupOperations, ...streamOperations },
    rules: {
      CreateLogGroup: { resources: onGroup, accepts: 'logGroupName tags' },
      DescribeLogGroups: { accepts: 'logGroupNamePrefix logGroupNamePattern nextToken limit' },
      DeleteLogGroup: { resources: onGroup },
      PutRetentionPolicy: { resources: onGroup },
      DeleteRetentionPolicy: { resources: onGroup },
      CreateLogStream: { resources: onGroup },
      DescribeLogStreams: {
        resources: onGroup,
        accepts: 'logGroupName logGroupIdentifier logStreamNamePrefix orderBy descending nextToken limit',
      },
      DeleteLogStream: { resources: onStream },
      PutLogEvents: { resources: onStream, accepts: 'logGroupName logStreamName logEvents sequenceToken' },
      GetLogEvents: {
        resources: onStream,
        accepts: 'logGroupName logGroupIdentifier logStreamName startTime endTime nextToken limit startFromHead',
      },
      FilterLogEvents: {
        resources: onGroup,
        accepts:
          'logGroupName logGroupIdentifier logStreamNames logStreamNamePrefix startTime endTime filterPattern nextToken limit interleaved',
      },
      TagLogGroup: { resources: onGroup },
      UntagLogGroup: { resources: onGroup },
      ListTagsLogGroup: { resources: onGroup },
      TagResource: { resources: onArn },
      UntagResource: { resources: onArn },
      ListTagsForResource: { resources: onArn },
    },
  },
);
