import { paginateDescribeTags } from '@aws-sdk/client-ec2';
import type { AzureResource } from '@meshbed/clients/azure';
import { messageOf } from '@meshbed/core';
import { clusterTag, filter } from '../aws/tags.ts';
import { clusterTag as azureTag } from '../azure/tags.ts';
import { apiVersion } from '../azure/versions.ts';
import { takeInventory, type Inventory } from './inventory.ts';
import { allOf } from './kinds/pages.ts';
import type { Place } from './types.ts';

/** Something that carries our tag though no kind found it. */
export interface Stray {
  id: string;
  type: string;
  account: Place['account'];
  accountId: string;
}

/** Records of these keep their tags for an hour or two after the end. */
const lingering: ReadonlySet<string | undefined> = new Set(['natgateway', 'vpc-peering-connection', 'instance']);

export interface Swept extends Inventory {
  strays: Stray[];
}

/** Looks at everything anew, and asks EC2 and Azure for their tags: indexes of their own, that no finder of ours takes part in. */
export async function sweep(places: readonly Place[], journaled: readonly string[]): Promise<Swept> {
  const [inventory, ...tagged] = await Promise.all([takeInventory(places, journaled), ...places.map(taggedIn)]);
  const known = new Set(inventory.found.map(({ id }) => id));
  const strays = tagged.flatMap(({ strays: found }) => found).filter(({ id }) => !known.has(id));
  return { found: inventory.found, unseen: [...inventory.unseen, ...tagged.flatMap(({ unseen }) => unseen)], strays };
}

async function taggedIn(place: Place): Promise<Pick<Swept, 'strays' | 'unseen'>> {
  const { azure, account, accountId } = place;
  if (!azure) return taggedInAws(place);
  const { clusterName } = place.configuration;
  const filter = encodeURIComponent(`tagName eq '${azureTag}' and tagValue eq '${clusterName}'`);
  try {
    const resources = await azure.list<AzureResource>(`/resources?$filter=${filter}`, apiVersion.resources);
    return { strays: resources.map(({ id, type }) => ({ id, type, account, accountId })), unseen: [] };
  } catch (error) {
    return { strays: [], unseen: [{ kind: 'resource-group', account, reason: messageOf(error) }] };
  }
}

async function taggedInAws({ aws, account, configuration }: Place): Promise<Pick<Swept, 'strays' | 'unseen'>> {
  const Filters = [filter('key', clusterTag), filter('value', configuration.clusterName)];
  try {
    const tags = await allOf(paginateDescribeTags({ client: aws.ec2 }, { Filters }), (page) => page.Tags);
    const strays = tags
      .filter(({ ResourceType }) => !lingering.has(ResourceType))
      .map(({ ResourceId: id = '', ResourceType: type = '' }) => ({ id, type, account, accountId: aws.access.id }));
    return { strays, unseen: [] };
  } catch (error) {
    return { strays: [], unseen: [{ kind: 'vpc', account, reason: messageOf(error) }] };
  }
}
