import { handWrittenService, type Service } from '../service.ts';
import {
  assumeRoleForPodIdentity,
  type AssumeRoleForPodIdentityRequest,
  type AssumeRoleForPodIdentityResponse,
} from './assume-role.ts';
import { schemas } from './schemas.ts';

type Operations = {
  AssumeRoleForPodIdentity: [AssumeRoleForPodIdentityRequest, AssumeRoleForPodIdentityResponse];
};

/** What the Pod Identity agent on each node calls, with the role of the node. */
export const eksAuth: Service = handWrittenService<Operations>(
  schemas,
  { name: 'eks-auth', protocol: 'rest', scope: 'eks-auth', version: '2023-11-26' },
  {
    handlers: { AssumeRoleForPodIdentity: assumeRoleForPodIdentity },
    rules: {
      AssumeRoleForPodIdentity: {
        resources: ({ clusterName }, { region, account }) => [
          `arn:aws:eks:${region}:${account}:cluster/${clusterName}`,
        ],
      },
    },
  },
);
