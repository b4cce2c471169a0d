import {
  DeleteServiceCommand,
  DescribeServicesCommand,
  paginateListServices,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { ready, waiting } from '@meshbed/core';
import { names } from '../../configuration/index.ts';
import { gone, type Kind, type Place, type Sighting } from '../types.ts';
import { findEcsClusters } from './ecs-cluster.ts';
import { allOf } from './pages.ts';

export const ecsService: Kind = {
  title: 'ECS service',
  after: [],
  async find(search) {
    const clusters = await findEcsClusters(search);
    return (await Promise.all(clusters.map(({ id }) => servicesOf(search, id)))).flat();
  },
  async remove({ aws: { ecs } }, { id: service, within: cluster }) {
    const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
    const [found] = services.filter(({ status }) => status !== 'INACTIVE');
    if (!found) return ready(gone);
    if (found.status === 'DRAINING') return waiting(`it is DRAINING, ${found.runningCount ?? 0} tasks still run`);
    await ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount: 0 }));
    await ecs.send(new DeleteServiceCommand({ cluster, service, force: true }));
    return waiting('its tasks are being stopped');
  },
  command: ({ id, within }) => `ecs delete-service --cluster ${within} --service ${id} --force`,
  timeoutMs: 15 * 60_000,
};

/** Draining services are not listed: those of ours are asked for by name. */
async function servicesOf({ aws: { ecs: client } }: Place, cluster: string): Promise<Sighting[]> {
  const listed = await allOf(paginateListServices({ client }, { cluster }), ({ serviceArns }) => serviceArns);
  const draining = await client.send(
    new DescribeServicesCommand({ cluster, services: [names.shellService, names.echoService] }),
  );
  const left = (draining.services ?? []).filter(({ status }) => status === 'DRAINING');
  const ids = [
    ...listed.map((arn) => arn.split('/').at(-1) ?? arn),
    ...left.flatMap(({ serviceName }) => serviceName ?? []),
  ];
  return [...new Set(ids)].map((id) => ({
    id,
    name: `${cluster}/${id}`,
    evidence: 'place',
    eks: false,
    within: cluster,
  }));
}
