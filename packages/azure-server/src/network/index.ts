import type { Provider, ResourceType } from '../arm/provider.ts';
import { shown } from '../arm/resource.ts';
import { missing } from '../errors.ts';
import { namespace } from './owned.ts';
import { publicAddresses } from './public-addresses.ts';
import { securityRules } from './security-rules.ts';
import { networkVersions } from './versions.ts';
import { subnets, virtualNetworks } from './virtual-networks.ts';

/** Made by AKS, to be looked at. */
const readOnly = (type: string): ResourceType => ({
  versions: networkVersions,
  list: ({ world, group, subscription }) => ({
    status: 200,
    body: {
      value: world.resources.ofType(group || `/subscriptions/${subscription}`, `${namespace}/${type}`).map(shown),
    },
  }),
  get({ world, resource, name, id }) {
    const found = world.resources.get(resource);
    if (found) return { status: 200, body: shown(found) };
    const text = `The Resource '${namespace}/${type}/${name}' under resource group '${id.group}' was not found.`;
    throw missing('ResourceNotFound', text);
  },
});

export const networkProvider: Provider = {
  namespace,
  types: {
    virtualNetworks,
    'virtualNetworks/subnets': subnets,
    publicIPAddresses: publicAddresses,
    loadBalancers: readOnly('loadBalancers'),
    networkSecurityGroups: readOnly('networkSecurityGroups'),
    'networkSecurityGroups/securityRules': securityRules,
  },
};
