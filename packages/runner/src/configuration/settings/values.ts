import { suggestion } from '@meshbed/core';
import { text, type TextRule } from './rules.ts';

/** For suggestions only: which regions there are is for AWS to say. */
const usualRegions = [
  'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1', 'eu-west-1', 'eu-west-2', 'eu-west-3',
  'eu-central-1', 'eu-central-2', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'ap-northeast-1', 'ap-northeast-2',
  'ap-northeast-3', 'ap-southeast-1', 'ap-southeast-2', 'ap-south-1', 'ap-east-1', 'me-central-1', 'me-south-1',
  'il-central-1', 'af-south-1', 'us-gov-west-1', 'us-gov-east-1',
]; // prettier-ignore

export const target: TextRule = text('cloud', /^(sandbox|cloud)$/, 'sandbox or cloud', {
  hint: (value) => suggestion(value, ['sandbox', 'cloud']),
});

export const account: TextRule = text('111122223333', /^\d{12}$/, 'an AWS account id: 12 digits', {
  digits: true,
  hint: (value) =>
    /^\d+$/.test(value)
      ? `it has ${value.length} digits; find yours: aws sts get-caller-identity --query Account`
      : 'find yours: aws sts get-caller-identity --query Account',
});

export const region: TextRule = text(
  'us-east-2',
  /^(us|us-gov|us-iso[a-z]?|ca|mx|sa|eu|eu-isoe|il|me|af|ap|cn)-(north|south|east|west|northeast|northwest|southeast|southwest|central)-\d{1,2}$/,
  'an AWS region',
  { hint: (value) => suggestion(value, usualRegions) },
);

export const profile: TextRule = text(
  'demo',
  /^[^\s[\]]+$/,
  'the name of a profile of your AWS configuration, without spaces and brackets',
  { hint: () => 'list yours: aws configure list-profiles' },
);

export const role: TextRule = text(
  'arn:aws:iam::111122223333:role/istiod-local',
  /^(arn:aws[a-z-]*:iam::\d{12}:role\/([\w+=,.@-]+\/)*)?[\w+=,.@-]{1,64}$/,
  'the ARN or the name of an IAM role',
);

/** The rules of EKS first; then those of what carries the name. */
export const clusterName: TextRule = {
  type: 'text',
  example: 'istio-ecs-demo',
  must: [
    {
      match: /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/,
      be: 'an EKS cluster name: 1 to 100 letters, digits, hyphens and underscores, first a letter or digit',
    },
    {
      match: /^[0-9a-z]([0-9a-z-]*[0-9a-z])?$/,
      be: 'lower-case letters, digits and hyphens, last a letter or digit: the Kubernetes namespaces ecs-NAME-1 … carry it',
    },
    { match: /^.{1,49}$/, be: 'at most 49 characters long: the IAM role istiod-eks-ecs-NAME may have 64' },
  ],
  hint: (value) => {
    const fitting = value
      .toLowerCase()
      .replaceAll(/[^0-9a-z]+/g, '-')
      .slice(0, 49)
      .replaceAll(/^-+|-+$/g, '');
    return fitting === '' ? '' : `for example ${fitting}`;
  },
};

export const tagValue: TextRule = text(
  'jane',
  /^[\p{L}\p{N} _.:/=+@-]{1,256}$/u,
  'the value of an AWS tag: 1 to 256 letters, digits, spaces and _ . : / = + - @',
);

export const instanceType: TextRule = text(
  't2.medium',
  /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/,
  'an EC2 instance type, like t2.medium',
);

export const registryPath: TextRule = text(
  'us-docker.pkg.dev/soloio-img/istio',
  /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/,
  'a registry and path without scheme, tag and trailing slash',
  { hint: (value) => `for example ${value.replace(/^[a-z]+:\/\//, '').replace(/\/+$/, '')}` },
);

export const imageTag: TextRule = text('1.28.1-solo', /^\w[\w.-]{0,127}$/, 'the tag of an image');

export const imageReference: TextRule = text(
  'registry.example.com/team/echo:1.0',
  /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
  'an image: registry, path, tag',
);

export const file: TextRule = text('/usr/local/bin/istioctl', /^[^\0\n]+$/, 'a path');

/** Names of networks and meshes are values of Kubernetes labels. */
export const label: TextRule = text(
  'network1',
  /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/,
  'at most 63 letters, digits, hyphens, dots and underscores, first and last a letter or digit',
);

export const subscription: TextRule = text(
  '00000000-0000-0000-0000-000000000000',
  /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
  'the id of an Azure subscription: a UUID',
  { hint: () => 'find yours: az account show --query id' },
);

export const azureRegion: TextRule = text(
  'eastus',
  /^[a-z]+\d{0,2}$/,
  'an Azure region in its short form, like eastus',
  {
    hint: (value) => `for example ${value.toLowerCase().replaceAll(/[^a-z0-9]/g, '') || 'eastus'}`,
  },
);

export const resourceGroup: TextRule = text(
  'istio-multicloud-rg',
  /^[\w.()-]{0,89}[\w()-]$/,
  'the name of an Azure resource group: at most 90 letters, digits and _ - . ( ), last no dot',
);

export const aksName: TextRule = text(
  'istio-aks',
  /^[0-9A-Za-z]([\w-]{0,61}[0-9A-Za-z])?$/,
  'an AKS cluster name: at most 63 letters, digits, hyphens and underscores, first and last a letter or digit',
);

export const azureSize: TextRule = text(
  'Standard_DS2_v2',
  /^[A-Z][A-Za-z]+_\w+$/,
  'the size of an Azure virtual machine, like Standard_DS2_v2',
);
