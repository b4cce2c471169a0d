import { createRequire } from 'node:module';
import type * as EC2 from '@aws-sdk/client-ec2';
import { combined, type Service, service } from '../service.ts';
import { addressAssociationOperations } from './operations/address-associations.ts';
import { addressOperations } from './operations/addresses.ts';
import { attributeOperations } from './operations/attributes.ts';
import { instanceTypeOperations } from './operations/instance-types.ts';
import { instanceOperations } from './operations/instances.ts';
import { internetGatewayOperations } from './operations/internet-gateways.ts';
import { launchTemplateOperations } from './operations/launch-templates.ts';
import { natGatewayOperations } from './operations/nat-gateways.ts';
import { networkAclOperations } from './operations/network-acls.ts';
import { networkInterfaceOperations } from './operations/network-interfaces.ts';
import { nothingOperations } from './operations/nothing.ts';
import { peeringOperations } from './operations/peerings.ts';
import { regionOperations } from './operations/regions.ts';
import { routeTableOperations } from './operations/route-tables.ts';
import { routeOperations } from './operations/routes.ts';
import { securityGroupRuleOperations } from './operations/security-group-rules.ts';
import { securityGroupOperations } from './operations/security-groups.ts';
import { staleGroupOperations } from './operations/stale-groups.ts';
import { subnetOperations } from './operations/subnets.ts';
import { tagOperations } from './operations/tags.ts';
import { volumeOperations } from './operations/volumes.ts';
import { vpcOperations } from './operations/vpcs.ts';
import { zoneOperations } from './operations/zones.ts';
import { rerouting } from './rerouting.ts';

const require = createRequire(import.meta.url);

export const ec2: Service = service<typeof EC2>(
  () => require('@aws-sdk/client-ec2') as unknown,
  {
    name: 'ec2',
    protocol: 'ec2',
    scope: 'ec2',
    version: '2016-11-15',
    xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  },
  combined<typeof EC2>([
    vpcOperations,
    subnetOperations,
    zoneOperations,
    regionOperations,
    rerouting(internetGatewayOperations),
    addressOperations,
    addressAssociationOperations,
    rerouting(natGatewayOperations),
    rerouting(routeTableOperations),
    rerouting(routeOperations),
    securityGroupOperations,
    securityGroupRuleOperations,
    staleGroupOperations,
    networkInterfaceOperations,
    rerouting(peeringOperations),
    instanceOperations,
    instanceTypeOperations,
    launchTemplateOperations,
    volumeOperations,
    networkAclOperations,
    attributeOperations,
    nothingOperations,
    tagOperations,
  ]),
);
