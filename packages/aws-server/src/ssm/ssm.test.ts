import { GetParameterCommand, GetParametersByPathCommand, GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { nodeImage } from '../ec2/instances.ts';
import { refusal } from '../testing/errors.ts';
import { testServer } from '../testing/server.ts';

const Path = '/aws/service/eks/optimized-ami/1.34/amazon-linux-2023/x86_64/standard/recommended';

test('parameters: the images of EKS nodes, by name, many at once and by path', async () => {
  await using server = await testServer();
  const ssm = new SSMClient(server.client());
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: `${Path}/image_id` }));
  expect(Parameter).toMatchObject({ Value: nodeImage, DataType: 'aws:ec2:image' });
  const { Parameter: whole } = await ssm.send(new GetParameterCommand({ Name: Path }));
  expect(JSON.parse(whole?.Value ?? '')).toMatchObject({ image_id: nodeImage });
  const { Parameters, InvalidParameters } = await ssm.send(new GetParametersCommand({ Names: [Path, '/mine'] }));
  expect([Parameters?.length, InvalidParameters]).toEqual([1, ['/mine']]);
  expect((await ssm.send(new GetParametersByPathCommand({ Path }))).Parameters).toHaveLength(3);
  expect((await refusal(ssm.send(new GetParameterCommand({ Name: '/mine' })))).code).toBe('ParameterNotFound');
});
