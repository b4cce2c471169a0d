import { MeshbedError, messageOf } from '@meshbed/core';
import { parse } from 'yaml';
import { checkFields } from './check.ts';
import { clusterConfigFields } from './fields.ts';
import type { ClusterConfig } from './types.ts';

const wrong = (message: string, next?: string) =>
  new MeshbedError('user/configuration', message, next === undefined ? {} : { next });

/** A ClusterConfig in YAML or JSON. @throws MeshbedError for what is wrong in it or not supported, by name */
export function readConfig(text: string): ClusterConfig {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null) throw wrong('the config file is empty, or no object');
  checkFields(value as Record<string, unknown>, clusterConfigFields);
  const config = value as ClusterConfig;
  if (config.apiVersion !== 'eksctl.io/v1alpha5' || config.kind !== 'ClusterConfig') {
    throw wrong(
      `no kind "${config.kind}" is registered for version "${config.apiVersion}"`,
      'use apiVersion: eksctl.io/v1alpha5 and kind: ClusterConfig',
    );
  }
  return checked(config);
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw wrong(messageOf(cause).split('\n')[0] ?? '');
  }
}

const natModes = ['Single', 'Disable', 'HighlyAvailable'];

/** What fields can't say each for itself. */
export function checked(config: ClusterConfig): ClusterConfig {
  if (!config.metadata?.name) throw wrong('metadata.name must be set');
  const gateway = config.vpc?.nat?.gateway ?? 'Single';
  if (!natModes.includes(gateway)) throw wrong(`vpc.nat.gateway must be one of ${natModes.join(', ')}, not ${gateway}`);
  for (const group of config.managedNodeGroups ?? []) {
    if (!group.name) throw wrong('managedNodeGroups: each needs a name');
    if ((group.amiFamily ?? 'AmazonLinux2023') !== 'AmazonLinux2023') {
      throw wrong(
        `managedNodeGroups ${group.name}: the sandbox has no amiFamily ${group.amiFamily}`,
        'use AmazonLinux2023',
      );
    }
  }
  for (const [index, association] of (config.iam?.podIdentityAssociations ?? []).entries())
    checkIdentity(association, index);
  const family = config.kubernetesNetworkConfig?.ipFamily ?? 'IPv4';
  if (family.toLowerCase() !== 'ipv4')
    throw wrong(`kubernetesNetworkConfig.ipFamily: the sandbox has no ${family}`, 'use IPv4');
  if (config.metadata.annotations !== undefined)
    throw wrong('metadata.annotations is not supported by the sandbox', 'leave it out: nothing reads it');
  for (const { name } of config.addons ?? []) if (!name) throw wrong('addons: each needs a name');
  return config;
}

type Identity = NonNullable<NonNullable<ClusterConfig['iam']>['podIdentityAssociations']>[number];

/** @throws MeshbedError for what an association lacks, or has twice */
export function checkIdentity(association: Identity, index: number): void {
  const path = `iam.podIdentityAssociations[${index}]`;
  if (!association.namespace || !association.serviceAccountName) {
    throw wrong(`${path}: namespace and serviceAccountName must be set`);
  }
  const { roleARN, roleName, permissionPolicyARNs, permissionPolicy } = association;
  const makesRole = roleName !== undefined || permissionPolicyARNs !== undefined || permissionPolicy !== undefined;
  if (roleARN !== undefined && makesRole) {
    throw wrong(`${path}: roleName, permissionPolicyARNs and permissionPolicy cannot be set when roleARN is`);
  }
  if (roleARN === undefined && permissionPolicyARNs === undefined && permissionPolicy === undefined) {
    throw wrong(
      `at least one of the following must be specified: ${path}.permissionPolicyARNs, ${path}.permissionPolicy`,
    );
  }
}
