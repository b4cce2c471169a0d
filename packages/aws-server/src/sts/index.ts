import { createRequire } from 'node:module';
import type * as STS from '@aws-sdk/client-sts';
import { AwsError } from '../errors.ts';
import { type Service, service } from '../service.ts';
import { assumeRole } from './assume-role.ts';

const require = createRequire(import.meta.url);

export const sts: Service = service<typeof STS>(
  () => require('@aws-sdk/client-sts') as unknown,
  {
    name: 'sts',
    protocol: 'query',
    scope: 'sts',
    version: '2011-06-15',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  },
  {
    handlers: {
      GetCallerIdentity: (_, { principal: { userId, account, arn } }) => ({
        UserId: userId,
        Account: account,
        Arn: arn,
      }),
      AssumeRole: assumeRole,
      GetAccessKeyInfo({ AccessKeyId = '' }, { world }) {
        const found = world.credentials.find(AccessKeyId);
        if (!found) throw new AwsError('ValidationError', `The access key ${AccessKeyId} is not known.`);
        return { Account: found.principal.account };
      },
    },
    rules: {
      GetCallerIdentity: { free: true },
      GetAccessKeyInfo: { accepts: 'AccessKeyId' },
      // Whether it may be assumed is for the trust policy and both accounts' policies: see assume-role.ts.
      AssumeRole: {
        free: true,
        accepts:
          'RoleArn RoleSessionName DurationSeconds Policy PolicyArns Tags TransitiveTagKeys ExternalId SourceIdentity',
      },
    },
  },
);
