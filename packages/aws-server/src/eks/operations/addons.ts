import type * as EKS from '@aws-sdk/client-eks';
import { messageOf } from '@meshbed/core';
import { inBackground } from '../../background.ts';
import type { World } from '../../context.ts';
import type { Handlers } from '../../service.ts';
import { tagsFromRecord } from '../../tag-records.ts';
import { validPage } from '../../valid-page.ts';
import { addonArn } from '../arns.ts';
import { inUse, invalidParameter, invalidToken, notFound } from '../errors.ts';
import { activeCluster, clusterNamed } from '../lookup.ts';
import type { AddonRecord, ClusterRecord, UpdateRecord } from '../state.ts';
import { newUpdate } from '../updates.ts';
import { addonOffers, kubernetesVersions } from '../versions.ts';
import { addonView, updateView } from '../views.ts';

const mostPerPage = 100;

export const addonOperations: Handlers<typeof EKS> = {
  CreateAddon(input, context) {
    const cluster = activeCluster(context, input.clusterName);
    const name = input.addonName ?? '';
    const offer = addonOffers.get(name);
    const names = { clusterName: cluster.name, addonName: name };
    if (!offer)
      throw invalidParameter(
        `Addon ${name} specified is not supported in ${cluster.version} kubernetes version`,
        names,
      );
    if (cluster.addons.has(name)) throw inUse('Addon already exists.', names);
    const version = input.addonVersion ?? offer.version;
    if (version !== offer.version) throw unknownVersion(version, offer.version, names);
    const { clock, ids } = context.world;
    const nowMs = clock.now();
    const addon: AddonRecord = {
      name,
      arn: addonArn(cluster, name, ids.uuid()),
      version,
      status: 'CREATING',
      createdAtMs: nowMs,
      modifiedAtMs: nowMs,
      serviceAccountRoleArn: input.serviceAccountRoleArn,
      configurationValues: input.configurationValues,
      healthy: () => true,
      issues: [],
      tags: tagsFromRecord(input.tags),
    };
    cluster.addons.set(name, addon);
    inBackground(context.world, 'eks', bringUp(context.world, cluster, addon));
    return { addon: addonView(addon, cluster) };
  },

  DescribeAddon({ clusterName, addonName }, context) {
    const cluster = clusterNamed(context, clusterName);
    return { addon: addonView(addonNamed(cluster, addonName), cluster) };
  },

  ListAddons({ clusterName, nextToken, maxResults = mostPerPage }, context) {
    const names = [...clusterNamed(context, clusterName).addons.keys()];
    const page = validPage(names, { token: nextToken, size: maxResults, invalid: invalidToken });
    return { addons: page.items, nextToken: page.next };
  },

  UpdateAddon({ clusterName, addonName, addonVersion, serviceAccountRoleArn, configurationValues }, context) {
    const cluster = clusterNamed(context, clusterName);
    const addon = addonNamed(cluster, addonName);
    const names = { clusterName: cluster.name, addonName: addon.name };
    if (addon.status !== 'ACTIVE')
      throw inUse(`Addon ${addon.name} cannot be updated as it is currently in ${addon.status} state`, names);
    if (addonVersion !== undefined && addonVersion !== addon.version)
      throw unknownVersion(addonVersion, addon.version, names);
    addon.serviceAccountRoleArn = serviceAccountRoleArn ?? addon.serviceAccountRoleArn;
    addon.configurationValues = configurationValues ?? addon.configurationValues;
    const params = Object.entries({
      ServiceAccountRoleArn: serviceAccountRoleArn,
      ConfigurationValues: configurationValues,
    });
    const update = newUpdate(context.world, cluster, {
      type: 'AddonUpdate',
      of: addon.name,
      params: params.flatMap(([type, value]) => (value === undefined ? [] : [{ type, value }])),
    });
    inBackground(context.world, 'eks', change(context.world, addon, update));
    return { update: updateView(update) };
  },

  DeleteAddon({ clusterName, addonName, preserve = false }, context) {
    const cluster = clusterNamed(context, clusterName);
    const addon = addonNamed(cluster, addonName);
    if (addon.status !== 'DELETING')
      inBackground(context.world, 'eks', takeDown(context.world, cluster, { addon, preserve }));
    return { addon: addonView(addon, cluster) };
  },

  DescribeAddonVersions({ kubernetesVersion, addonName, nextToken, maxResults = mostPerPage }) {
    const offers = [...addonOffers].filter(([name]) => addonName === undefined || name === addonName);
    const versions = kubernetesVersions.filter(
      (version) => kubernetesVersion === undefined || version === kubernetesVersion,
    );
    const addons = offers.map(([name, { version, namespace }]) => ({
      addonName: name,
      type: 'networking',
      publisher: 'eks',
      owner: 'aws',
      defaultNamespace: namespace,
      addonVersions: [
        {
          addonVersion: version,
          architecture: ['amd64', 'arm64'],
          computeTypes: ['ec2'],
          compatibilities: versions.map((clusterVersion) => ({
            clusterVersion,
            platformVersions: ['*'],
            defaultVersion: true,
          })),
          requiresConfiguration: false,
          requiresIamPermissions: name === 'vpc-cni',
        },
      ],
    }));
    const page = validPage(versions.length > 0 ? addons : [], {
      token: nextToken,
      size: maxResults,
      invalid: invalidToken,
    });
    return { addons: page.items, nextToken: page.next };
  },
};

const unknownVersion = (version: string, offered: string, names: Record<string, string>) =>
  invalidParameter(`Addon version ${version} specified is not supported: this sandbox offers ${offered}.`, names);

async function change({ transitions, clock }: World, addon: AddonRecord, update: UpdateRecord): Promise<void> {
  addon.status = 'UPDATING';
  await transitions.wait('eks-addon', 'UPDATING');
  addon.status = 'ACTIVE';
  addon.modifiedAtMs = clock.now();
  update.status = 'Successful';
}

function addonNamed(cluster: ClusterRecord, name = ''): AddonRecord {
  const addon = cluster.addons.get(name);
  if (!addon)
    throw notFound(`No addon: ${name} found in cluster: ${cluster.name}`, {
      clusterName: cluster.name,
      addonName: name,
    });
  return addon;
}

async function bringUp(
  { kubernetes, transitions, clock, log }: World,
  cluster: ClusterRecord,
  addon: AddonRecord,
): Promise<void> {
  try {
    const [installed] = await Promise.all([
      kubernetes.addonChanged(cluster.name, addon.name, true),
      transitions.wait('eks-addon', 'CREATING'),
    ]);
    addon.healthy = installed.healthy;
    addon.status = 'ACTIVE';
  } catch (error) {
    addon.status = 'CREATE_FAILED';
    addon.issues.push({ code: 'InternalFailure', message: messageOf(error), resourceIds: [] });
  }
  addon.modifiedAtMs = clock.now();
  log.write('eks', 'addon', { addon: addon.arn, status: addon.status });
}

/** A preserved add-on keeps running, EKS only forgets it. */
async function takeDown(
  { kubernetes, transitions, log }: World,
  cluster: ClusterRecord,
  { addon, preserve }: { addon: AddonRecord; preserve: boolean },
): Promise<void> {
  addon.status = 'DELETING';
  const removed = preserve ? undefined : kubernetes.addonChanged(cluster.name, addon.name, false);
  await Promise.all([removed, transitions.wait('eks-addon', 'DELETING')]);
  cluster.addons.delete(addon.name);
  log.write('eks', 'addon', { addon: addon.arn, status: 'DELETED' });
}
