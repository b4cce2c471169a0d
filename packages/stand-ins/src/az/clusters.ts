import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AzureError, type AzureResource } from '@meshbed/clients/azure';
import { required, tagsOf, text, type Values } from './arguments.ts';
import { AzFailure, usage } from './failure.ts';
import { confirmed, groupPath, requireGroup } from './groups.ts';
import type { Session } from './session.ts';
import { resourceView } from './view.ts';
import { waitFor } from './wait.ts';

const version = '2025-05-01';
const type = 'providers/Microsoft.ContainerService/managedClusters';

interface Cluster extends AzureResource {
  properties: { provisioningState: string; status?: { provisioningError?: { code: string; message: string } } };
}

export interface Named {
  name: string;
  group: string;
}

export const named = (values: Values): Named => ({
  name: required(values, 'name', '--name/-n'),
  group: required(values, 'resource-group', '--resource-group/-g'),
});

export const clusterPath = ({ name, group }: Named): string =>
  `${groupPath(group)}/${type}/${encodeURIComponent(name)}`;

const clientOf = (session: Session, values: Values) => session.client(text(values, 'subscription'));

/** @throws AzFailure with exit code 3 */
async function requireCluster(session: Session, values: Values): Promise<Cluster> {
  const which = named(values);
  const found = await clientOf(session, values).get<Cluster>(clusterPath(which), version);
  if (found) return found;
  await requireGroup(session, values, which.group);
  const text = `The Resource 'Microsoft.ContainerService/managedClusters/${which.name}' under resource group '${which.group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`;
  throw new AzFailure(`(ResourceNotFound) ${text}\nCode: ResourceNotFound\nMessage: ${text}`, 3);
}

export const showCluster = async (session: Session, values: Values): Promise<object> =>
  resourceView(await requireCluster(session, values));

export async function listClusters(session: Session, values: Values): Promise<object[]> {
  const group = text(values, 'resource-group');
  const scope = group === undefined ? '' : groupPath(group);
  return (await clientOf(session, values).list<Cluster>(`${scope}/${type}`, version)).map(resourceView);
}

export async function listPools(session: Session, values: Values): Promise<object[]> {
  const name = required(values, 'cluster-name', '--cluster-name');
  await requireCluster(session, { ...values, name });
  const path = `${clusterPath(named({ ...values, name }))}/agentPools`;
  return (await clientOf(session, values).list<Cluster>(path, version)).map(resourceView);
}

export const waitForCluster = (session: Session, values: Values): Promise<undefined> =>
  waitFor(session, values, () => clientOf(session, values).get<Cluster>(clusterPath(named(values)), version));

export async function createCluster(session: Session, values: Values): Promise<object | undefined> {
  const which = named(values);
  if (!/^[0-9A-Za-z]([\w-]{0,61}[0-9A-Za-z])?$/.test(which.name))
    throw new AzFailure(
      '--name cannot exceed 63 characters and can only contain letters, numbers, underscores (_) or dashes (-).',
    );
  requireKey(session, values);
  const location = text(values, 'location') ?? (await requireGroup(session, values, which.group)).location;
  const client = clientOf(session, values);
  const { operation } = await client.put<Cluster>(
    clusterPath(which),
    version,
    bodyOf(values, which, { location, subscription: client.access.subscription }),
  );
  if (values['no-wait']) return undefined;
  return session.poll(`creation of ${which.name}`, async () => {
    const { status, error } =
      operation === undefined ? { status: 'Succeeded' as const } : await client.operation(operation);
    if (status === 'InProgress') return undefined;
    if (error) throw new AzureError(error.code, error.message, 0);
    return showCluster(session, values);
  });
}

const defaultCount = 3;
const digits = /[^0-9A-Za-z-]/g;

function bodyOf(
  values: Values,
  { name, group }: Named,
  { location, subscription }: { location: string | undefined; subscription: string },
): object {
  const count = Number(text(values, 'node-count') ?? defaultCount);
  if (!Number.isInteger(count))
    throw usage(`argument --node-count/-c: invalid int value: '${text(values, 'node-count')}'`);
  const prefix = `${name.replaceAll(digits, '').slice(0, 10)}-${group.replaceAll(digits, '').slice(0, 16)}-${subscription.slice(0, 6)}`;
  const zones = values['zones'];
  const tags = tagsOf(values);
  return {
    location,
    identity: { type: 'SystemAssigned' },
    ...(tags ? { tags } : {}),
    properties: {
      kubernetesVersion: text(values, 'kubernetes-version') ?? '',
      dnsPrefix: text(values, 'dns-name-prefix') ?? prefix,
      agentPoolProfiles: [
        {
          name: text(values, 'nodepool-name') ?? 'nodepool1',
          count,
          vmSize: text(values, 'node-vm-size') ?? 'Standard_DS2_v2',
          mode: 'System',
          osType: 'Linux',
          type: 'VirtualMachineScaleSets',
          ...(Array.isArray(zones) ? { availabilityZones: zones } : {}),
          ...(text(values, 'vnet-subnet-id') === undefined ? {} : { vnetSubnetID: text(values, 'vnet-subnet-id') }),
        },
      ],
      enableRBAC: true,
      networkProfile: {
        networkPlugin: text(values, 'network-plugin') ?? 'azure',
        outboundType: 'loadBalancer',
        loadBalancerSku: 'standard',
      },
    },
  };
}

/** Nodes of the sandbox have no login: the key is only asked for as az asks for it. @throws AzFailure */
function requireKey({ environment }: Session, values: Values): void {
  if (values['generate-ssh-keys'] || values['no-ssh-key'] || text(values, 'ssh-key-value') !== undefined) return;
  if (existsSync(join(environment['HOME'] ?? homedir(), '.ssh', 'id_rsa.pub'))) return;
  throw new AzFailure(
    'An RSA key file or key value must be supplied to SSH Key Value. You can use --generate-ssh-keys to let CLI generate one for you',
  );
}

export async function deleteCluster(session: Session, values: Values): Promise<undefined> {
  const which = named(values);
  confirmed(values);
  const client = clientOf(session, values);
  if (!(await client.delete(clusterPath(which), version)) || values['no-wait']) return undefined;
  await session.poll(`deletion of ${which.name}`, async () => {
    const left = await client.get<Cluster>(clusterPath(which), version);
    const error =
      left?.properties.provisioningState === 'Failed' ? left.properties.status?.provisioningError : undefined;
    if (error) throw new AzureError(error.code, error.message, 0);
    return left ? undefined : true;
  });
  return undefined;
}

/** The text that the service gives. */
export async function kubeconfigOf(session: Session, values: Values): Promise<string> {
  await requireCluster(session, values);
  const action = values['admin'] ? 'listClusterAdminCredential' : 'listClusterUserCredential';
  const path = `${clusterPath(named(values))}/${action}`;
  const { kubeconfigs } = await clientOf(session, values).post<{ kubeconfigs: { value: string }[] }>(path, version);
  return Buffer.from(kubeconfigs[0]?.value ?? '', 'base64').toString();
}
