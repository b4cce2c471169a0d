import type * as EKS from '@aws-sdk/client-eks';
import type { Handlers } from '../../service.ts';
import { tagsFromRecord } from '../../tag-records.ts';
import { validPage } from '../../valid-page.ts';
import { accessPolicyNames, addEntry } from '../access.ts';
import { inUse, invalidParameter, invalidRequest, invalidToken, notFound } from '../errors.ts';
import { clusterNamed } from '../lookup.ts';
import type { AccessEntryRecord, ClusterRecord } from '../state.ts';
import { accessEntryView, accessPolicyView } from '../views.ts';

const mostPerPage = 100;
const types = ['STANDARD', 'EC2_LINUX', 'EC2_WINDOWS', 'FARGATE_LINUX'];

export const accessEntryOperations: Handlers<typeof EKS> = {
  CreateAccessEntry({ clusterName, principalArn = '', kubernetesGroups, username, type = 'STANDARD', tags }, context) {
    const cluster = withEntries(clusterNamed(context, clusterName));
    if (!/^arn:aws:iam::\d{12}:(user|role)\/.+$/.test(principalArn)) {
      throw invalidParameter(`The specified principalArn is invalid: ${principalArn}`);
    }
    if (!types.includes(type))
      throw invalidParameter(`The access entry type ${type} is not one of ${types.join(', ')}.`);
    checkKubernetesGroups(kubernetesGroups);
    if (cluster.accessEntries.has(principalArn)) {
      throw inUse('The specified access entry resource is already in use on this cluster.', {
        clusterName: cluster.name,
      });
    }
    const entry = addEntry(context.world, cluster, {
      principalArn,
      type,
      groups: kubernetesGroups ?? [],
      username,
      tags: tagsFromRecord(tags),
    });
    return { accessEntry: accessEntryView(entry, cluster) };
  },

  DescribeAccessEntry({ clusterName, principalArn }, context) {
    const cluster = clusterNamed(context, clusterName);
    return { accessEntry: accessEntryView(entryOf(cluster, principalArn), cluster) };
  },

  ListAccessEntries({ clusterName, associatedPolicyArn, nextToken, maxResults = mostPerPage }, context) {
    const entries = [...clusterNamed(context, clusterName).accessEntries.values()]
      .filter(({ policies }) => associatedPolicyArn === undefined || policies.has(associatedPolicyArn))
      .map(({ principalArn }) => principalArn);
    const page = validPage(entries, { token: nextToken, size: maxResults, invalid: invalidToken });
    return { accessEntries: page.items, nextToken: page.next };
  },

  UpdateAccessEntry({ clusterName, principalArn, kubernetesGroups, username }, context) {
    const cluster = clusterNamed(context, clusterName);
    const entry = entryOf(cluster, principalArn);
    checkKubernetesGroups(kubernetesGroups);
    entry.groups = kubernetesGroups ?? entry.groups;
    entry.username = username ?? entry.username;
    entry.modifiedAtMs = context.world.clock.now();
    return { accessEntry: accessEntryView(entry, cluster) };
  },

  ListAccessPolicies({ nextToken, maxResults = mostPerPage }) {
    const all = accessPolicyNames.map((name) => ({ name, arn: `arn:aws:eks::aws:cluster-access-policy/${name}` }));
    const page = validPage(all, { token: nextToken, size: maxResults, invalid: invalidToken });
    return { accessPolicies: page.items, nextToken: page.next };
  },

  DeleteAccessEntry({ clusterName, principalArn }, context) {
    const cluster = clusterNamed(context, clusterName);
    cluster.accessEntries.delete(entryOf(cluster, principalArn).principalArn);
    return {};
  },

  AssociateAccessPolicy({ clusterName, principalArn, policyArn = '', accessScope }, context) {
    const cluster = withEntries(clusterNamed(context, clusterName));
    const entry = entryOf(cluster, principalArn);
    if (!accessPolicyNames.some((name) => policyArn.endsWith(`::aws:cluster-access-policy/${name}`))) {
      throw invalidParameter(`The policyArn parameter format is not valid: ${policyArn}`);
    }
    const nowMs = context.world.clock.now();
    const policy = {
      type: accessScope?.type ?? 'cluster',
      namespaces: accessScope?.namespaces ?? [],
      associatedAtMs: entry.policies.get(policyArn)?.associatedAtMs ?? nowMs,
      modifiedAtMs: nowMs,
    };
    entry.policies.set(policyArn, policy);
    return {
      clusterName: cluster.name,
      principalArn: entry.principalArn,
      associatedAccessPolicy: accessPolicyView(policyArn, policy),
    };
  },

  ListAssociatedAccessPolicies({ clusterName, principalArn, nextToken, maxResults = mostPerPage }, context) {
    const cluster = clusterNamed(context, clusterName);
    const entry = entryOf(cluster, principalArn);
    const policies = [...entry.policies].map(([arn, policy]) => accessPolicyView(arn, policy));
    const page = validPage(policies, { token: nextToken, size: maxResults, invalid: invalidToken });
    return {
      clusterName: cluster.name,
      principalArn: entry.principalArn,
      associatedAccessPolicies: page.items,
      nextToken: page.next,
    };
  },

  DisassociateAccessPolicy({ clusterName, principalArn, policyArn = '' }, context) {
    const entry = entryOf(clusterNamed(context, clusterName), principalArn);
    if (!entry.policies.delete(policyArn))
      throw notFound(`The policy ${policyArn} is not associated with ${entry.principalArn}.`);
    return {};
  },
};

function checkKubernetesGroups(groups: readonly string[] = []): void {
  const reserved = groups.find((group) => group.startsWith('system:'));
  if (reserved === undefined) return;
  throw invalidParameter(`The kubernetes group name ${reserved} is invalid, it cannot start with system:`);
}

/** Entries exist only in the modes that use the API. */
function withEntries(cluster: ClusterRecord): ClusterRecord {
  if (cluster.authenticationMode !== 'CONFIG_MAP') return cluster;
  throw invalidRequest(
    "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
    {
      clusterName: cluster.name,
    },
  );
}

function entryOf(cluster: ClusterRecord, principalArn = ''): AccessEntryRecord {
  const entry = cluster.accessEntries.get(principalArn);
  if (!entry) throw notFound('The specified principalArn could not be found.', { clusterName: cluster.name });
  return entry;
}
