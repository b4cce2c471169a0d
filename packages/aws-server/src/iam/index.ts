import { createRequire } from 'node:module';
import type * as IAM from '@aws-sdk/client-iam';
import { combined, type Service, service } from '../service.ts';
import { instanceProfileOperations } from './operations/instance-profiles.ts';
import { oidcOperations } from './operations/oidc.ts';
import { policyOperations } from './operations/policies.ts';
import { policyVersionOperations } from './operations/policy-versions.ts';
import { rolePolicyOperations } from './operations/role-policies.ts';
import { roleOperations } from './operations/roles.ts';
import { serviceLinkedRoleOperations } from './operations/service-linked-roles.ts';
import { simulationOperations } from './operations/simulation.ts';
import { tagOperations } from './operations/tags.ts';
import { userOperations } from './operations/users.ts';

const require = createRequire(import.meta.url);

export const iam: Service = service<typeof IAM>(
  () => require('@aws-sdk/client-iam') as unknown,
  {
    name: 'iam',
    protocol: 'query',
    scope: 'iam',
    version: '2010-05-08',
    xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  },
  combined<typeof IAM>([
    roleOperations,
    rolePolicyOperations,
    policyOperations,
    policyVersionOperations,
    tagOperations,
    oidcOperations,
    instanceProfileOperations,
    serviceLinkedRoleOperations,
    userOperations,
    simulationOperations,
  ]),
);
