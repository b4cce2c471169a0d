import type * as EKS from '@aws-sdk/client-eks';
import type { Handlers } from '../../service.ts';
import { unmodelled } from '../../unmodelled.ts';
import { validPage } from '../../valid-page.ts';
import { inUse, invalidParameter, invalidToken } from '../errors.ts';
import { logTypesOf } from '../logging.ts';
import { clusterNamed } from '../lookup.ts';
import type { ClusterRecord, UpdateRecord } from '../state.ts';
import { newUpdate } from '../updates.ts';
import { defaultVersion, kubernetesVersions } from '../versions.ts';
import { updateView } from '../views.ts';

const mostPerPage = 100;
const changeable = new Set(['endpointPublicAccess', 'endpointPrivateAccess', 'publicAccessCidrs']);

type Change = Pick<UpdateRecord, 'type' | 'params'>;

/** What a call changes, by the one kind of setting that it may name. */
function changeOf(cluster: ClusterRecord, input: EKS.UpdateClusterConfigCommandInput): Change {
  const { resourcesVpcConfig: network, logging, accessConfig, deletionProtection } = input;
  const kinds = [network, logging, accessConfig, deletionProtection].filter((kind) => kind !== undefined);
  if (kinds.length !== 1) throw invalidParameter('Exactly one type of update can be allowed.');
  if (network) return changeEndpoint(cluster, network);
  if (logging) {
    cluster.logTypes = logTypesOf(cluster.logTypes, logging);
    return { type: 'LoggingUpdate', params: [{ type: 'ClusterLogging', value: JSON.stringify(logging) }] };
  }
  if (accessConfig) return changeAccess(cluster, accessConfig.authenticationMode);
  cluster.deletionProtection = deletionProtection ?? false;
  return {
    type: 'DeletionProtectionUpdate',
    params: [{ type: 'DeletionProtection', value: String(deletionProtection) }],
  };
}

function changeEndpoint(cluster: ClusterRecord, wanted: EKS.VpcConfigRequest): Change {
  const strange = unmodelled(wanted, changeable);
  if (strange.length > 0) throw invalidParameter(`Changing ${strange.join(', ')} is not supported by this sandbox.`);
  const before = [cluster.endpointPublicAccess, cluster.endpointPrivateAccess, cluster.publicAccessCidrs.join()].join();
  const isPublic = wanted.endpointPublicAccess ?? cluster.endpointPublicAccess;
  const isPrivate = wanted.endpointPrivateAccess ?? cluster.endpointPrivateAccess;
  const cidrs = wanted.publicAccessCidrs?.length ? wanted.publicAccessCidrs : cluster.publicAccessCidrs;
  if (!isPublic && !isPrivate) throw invalidParameter('Private and public endpoint access cannot be false');
  if ([isPublic, isPrivate, cidrs.join()].join() === before) {
    throw invalidParameter('Cluster is already at the desired configuration');
  }
  Object.assign(cluster, {
    endpointPublicAccess: isPublic,
    endpointPrivateAccess: isPrivate,
    publicAccessCidrs: cidrs,
  });
  return {
    type: 'EndpointAccessUpdate',
    params: [
      { type: 'EndpointPublicAccess', value: String(isPublic) },
      { type: 'EndpointPrivateAccess', value: String(isPrivate) },
      { type: 'PublicAccessCidrs', value: JSON.stringify(cidrs) },
    ],
  };
}

const modes = ['CONFIG_MAP', 'API_AND_CONFIG_MAP', 'API'] as const;

/** Modes only go towards the API. */
function changeAccess(cluster: ClusterRecord, mode: EKS.AuthenticationMode | undefined): Change {
  if (mode === undefined || modes.indexOf(mode) <= modes.indexOf(cluster.authenticationMode)) {
    throw invalidParameter(`Unsupported authentication mode update from ${cluster.authenticationMode} to ${mode}`);
  }
  cluster.authenticationMode = mode;
  return { type: 'AccessConfigUpdate', params: [{ type: 'AuthenticationMode', value: mode }] };
}

export const clusterConfigOperations: Handlers<typeof EKS> = {
  UpdateClusterConfig(input, context) {
    const cluster = clusterNamed(context, input.name);
    if (cluster.status !== 'ACTIVE') {
      throw inUse(`Cluster ${cluster.name} is not in a state that can be updated`, { clusterName: cluster.name });
    }
    const update = newUpdate(context.world, cluster, { ...changeOf(cluster, input), of: undefined });
    update.status = 'Successful'; // in force at once
    return { update: updateView(update) };
  },

  DescribeClusterVersions({ clusterVersions = [], defaultOnly = false, nextToken, maxResults = mostPerPage }) {
    const versions = kubernetesVersions
      .filter((version) => clusterVersions.length === 0 || clusterVersions.includes(version))
      .filter((version) => !defaultOnly || version === defaultVersion)
      .map((clusterVersion) => ({
        clusterVersion,
        clusterType: 'eks',
        defaultPlatformVersion: 'eks.9',
        defaultVersion: clusterVersion === defaultVersion,
        status: 'standard-support' as const,
        versionStatus: 'STANDARD_SUPPORT' as const,
        kubernetesPatchVersion: `${clusterVersion}.0`,
      }));
    const page = validPage(versions, { token: nextToken, size: maxResults, invalid: invalidToken });
    return { clusterVersions: page.items, nextToken: page.next };
  },

  // Neither can be made here.
  ListFargateProfiles({ clusterName }, context) {
    clusterNamed(context, clusterName);
    return { fargateProfileNames: [] };
  },
  ListIdentityProviderConfigs({ clusterName }, context) {
    clusterNamed(context, clusterName);
    return { identityProviderConfigs: [] };
  },
};
