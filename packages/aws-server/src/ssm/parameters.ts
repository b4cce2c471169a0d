import type { Parameter } from '@aws-sdk/client-ssm';
import { nodeImage } from '../ec2/instances.ts';
import { kubernetesVersions } from '../eks/versions.ts';

/** Public parameters that name the images of EKS nodes; nodes here have one image. */
const images = kubernetesVersions.flatMap((version) =>
  ['x86_64', 'arm64'].flatMap((architecture) => [
    `/aws/service/eks/optimized-ami/${version}/amazon-linux-2023/${architecture}/standard/recommended`,
    ...(architecture === 'x86_64' ? [`/aws/service/eks/optimized-ami/${version}/amazon-linux-2/recommended`] : []),
  ]),
);

/** What each image parameter is a document of; every member is a parameter below it, too. */
function documentOf(name: string): Record<string, string> {
  const version = /optimized-ami\/([\d.]+)\//.exec(name)?.[1] ?? '';
  return {
    schema_version: '2.0',
    image_id: nodeImage,
    image_name: `amazon-eks-node-al2023-x86_64-standard-${version}-v20261101`,
    release_version: `${version}.0-20261101`,
  };
}

const published: ReadonlyMap<string, string> = new Map(
  images.flatMap((name): [string, string][] => {
    const document = documentOf(name);
    return [
      [name, JSON.stringify(document)],
      ...['image_id', 'image_name', 'release_version'].map((member): [string, string] => [
        `${name}/${member}`,
        document[member] ?? '',
      ]),
    ];
  }),
);

const shapeOf = (region: string, [Name, Value]: readonly [string, string]): Parameter => ({
  Name,
  Type: 'String',
  Value,
  Version: 1,
  LastModifiedDate: new Date('2026-11-01T00:00:00Z'),
  ARN: `arn:aws:ssm:${region}::parameter${Name}`,
  DataType: Name.endsWith('/image_id') ? 'aws:ec2:image' : 'text',
});

export function parameterNamed(region: string, name = ''): Parameter | undefined {
  const value = published.get(name);
  return value === undefined ? undefined : shapeOf(region, [name, value]);
}

/** Directly below a path, or anywhere below it. */
export function parametersBelow(region: string, path: string, recursive: boolean): Parameter[] {
  const prefix = path.endsWith('/') ? path : `${path}/`;
  return [...published]
    .filter(([name]) => name.startsWith(prefix) && (recursive || !name.slice(prefix.length).includes('/')))
    .map((row) => shapeOf(region, row));
}
