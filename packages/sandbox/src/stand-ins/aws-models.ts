import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

type Json = Readonly<Record<string, unknown>>;

const text = { shape: 'String' };
const inPath = (locationName: string) => ({ ...text, location: 'uri', locationName });
const inQuery = (locationName: string) => ({ ...text, location: 'querystring', locationName });
const token = { ...text, idempotencyToken: true };
const structure = (members: Json, required: readonly string[] = []) => ({ type: 'structure', required, members });

const cluster = { clusterName: inPath('name') };
const association = { ...cluster, associationId: inPath('associationId') };
const collection = '/clusters/{name}/pod-identity-associations';
const item = `${collection}/{associationId}`;
const one = { association: { shape: 'PodIdentityAssociation' } };
const place = { namespace: text, serviceAccount: text };

interface Operation {
  method: string;
  uri: string;
  input: Json;
  required?: readonly string[];
  output: Json;
}

/** As in the API of EKS since November 2023. */
const operations: Readonly<Record<string, Operation>> = {
  CreatePodIdentityAssociation: {
    method: 'POST',
    uri: collection,
    input: { ...cluster, ...place, roleArn: text, clientRequestToken: token, tags: { shape: 'TagMap' } },
    required: ['clusterName', 'namespace', 'serviceAccount', 'roleArn'],
    output: one,
  },
  DescribePodIdentityAssociation: { method: 'GET', uri: item, input: association, output: one },
  UpdatePodIdentityAssociation: {
    method: 'POST',
    uri: item,
    input: { ...association, roleArn: text, clientRequestToken: token },
    required: ['clusterName', 'associationId'],
    output: one,
  },
  DeletePodIdentityAssociation: { method: 'DELETE', uri: item, input: association, output: one },
  ListPodIdentityAssociations: {
    method: 'GET',
    uri: collection,
    input: {
      ...cluster,
      namespace: inQuery('namespace'),
      serviceAccount: inQuery('serviceAccount'),
      maxResults: { shape: 'PodIdentityPageSize', location: 'querystring', locationName: 'maxResults' },
      nextToken: inQuery('nextToken'),
    },
    required: ['clusterName'],
    output: { associations: { shape: 'PodIdentityAssociations' }, nextToken: text },
  },
};

const summary = { ...place, clusterName: text, associationArn: text, associationId: text, ownerArn: text };
const times = { createdAt: { shape: 'Timestamp' }, modifiedAt: { shape: 'Timestamp' } };

function eksExtras(): Json {
  const entries = Object.entries(operations);
  const shapes = entries.flatMap(([name, { input, required = Object.keys(input), output }]) => [
    [`${name}Request`, structure(input, required)],
    [`${name}Response`, structure(output)],
  ]);
  const described = entries.map(([name, { method, uri }]) => [
    name,
    {
      name,
      http: { method, requestUri: uri },
      input: { shape: `${name}Request` },
      output: { shape: `${name}Response` },
      errors: [],
    },
  ]);
  return {
    operations: Object.fromEntries(described) as Json,
    shapes: {
      ...(Object.fromEntries(shapes) as Json),
      PodIdentityAssociation: structure({ ...summary, roleArn: text, tags: { shape: 'TagMap' }, ...times }),
      PodIdentityAssociationSummary: structure(summary),
      PodIdentityPageSize: { type: 'integer' },
      PodIdentityAssociations: { type: 'list', member: { shape: 'PodIdentityAssociationSummary' } },
    },
  };
}

/**
 * What an AWS CLI from before Pod Identity doesn't know of EKS: botocore merges `sdk-extras` that it finds in
 * AWS_DATA_PATH into its own model.
 */
export function writeAwsModels(folder: string): void {
  const file = join(folder, 'eks', '2017-11-01', 'service-2.sdk-extras.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ version: 1, merge: eksExtras() }));
}
