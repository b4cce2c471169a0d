import type * as EC2 from '@aws-sdk/client-ec2';
import type { ServiceParts } from '../../service.ts';
import { dhcpOptionsId } from '../dhcp-options.ts';
import { describe, nextToken } from '../describe.ts';
import { invalidValue } from '../errors.ts';
import { own } from '../objects.ts';
import { appliedQuota, quotas } from '../../service-quotas/quotas.ts';
import { reading } from '../rules.ts';

/** What an account and a region come with. */
export const attributeOperations: ServiceParts<typeof EC2> = {
  handlers: {
    DescribeAccountAttributes({ AttributeNames = [] }, context) {
      const elastic = String(appliedQuota(context, quotas.addresses));
      const attributes: Record<string, string[]> = {
        'supported-platforms': ['VPC'],
        'default-vpc': [own(context, 'vpc').find(({ isDefault }) => isDefault)?.id ?? 'none'],
        'max-instances': ['20'],
        'vpc-max-security-groups-per-interface': ['5'],
        'max-elastic-ips': [elastic],
        'vpc-max-elastic-ips': [elastic],
      };
      const stranger = AttributeNames.find((name) => !Object.hasOwn(attributes, name));
      if (stranger !== undefined) throw invalidValue(`Value (${stranger}) for parameter attributeName is invalid.`);
      const names = AttributeNames.length > 0 ? AttributeNames : Object.keys(attributes);
      return {
        AccountAttributes: names.map((AttributeName) => ({
          AttributeName,
          AttributeValues: attributes[AttributeName]?.map((AttributeValue) => ({ AttributeValue })),
        })),
      };
    },
    DescribeDhcpOptions(input, { account, region }) {
      const domain = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
      const options = { id: dhcpOptionsId, ownerId: account, tags: new Map<string, string>() };
      const { items, next } = describe(
        { kind: 'dhcp-options', items: [options], filters: { 'dhcp-options-id': ({ id }) => id } },
        { ids: input.DhcpOptionsIds, filters: input.Filters, nextToken: input.NextToken },
      );
      const DhcpOptions = items.map(({ id, ownerId }) => ({
        DhcpOptionsId: id,
        OwnerId: ownerId,
        DhcpConfigurations: [
          { Key: 'domain-name', Values: [{ Value: domain }] },
          { Key: 'domain-name-servers', Values: [{ Value: 'AmazonProvidedDNS' }] },
        ],
        Tags: [],
      }));
      return { DhcpOptions, ...nextToken(next) };
    },
  },
  rules: {
    DescribeAccountAttributes: reading('AttributeNames'),
    DescribeDhcpOptions: reading('DhcpOptionsIds Filters NextToken MaxResults'),
  },
};
