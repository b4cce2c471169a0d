import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { revisionOf } from './revisions.ts';
import { deployment, template, TestCluster } from '../../testing/controlled-cluster.ts';

let test: TestCluster;
beforeEach(() => {
  test = new TestCluster();
  test.addNode('node-1');
  test.addNode('node-2');
});
afterEach(() => test[Symbol.asyncDispose]());

const status = () => test.get('deployments.apps', 'web').status;
const sets = () =>
  test
    .list('replicasets.apps')
    .map((set) => [revisionOf(set), set.spec.replicas])
    .toSorted(([a = 0], [b = 0]) => a - b);
const change = (container: Record<string, unknown>) => {
  const current = test.get('deployments.apps', 'web');
  test.store.update({ ...current, spec: { ...current.spec, template: template('web', container) } });
};

describe('deployment', () => {
  it('runs its pods on all nodes and reports them', async () => {
    test.create(deployment('web', 4));
    await test.settle();
    expect(status()).toMatchObject({ replicas: 4, updatedReplicas: 4, availableReplicas: 4, observedGeneration: 1 });
    expect(status()?.conditions?.map(({ type, reason }) => [type, reason])).toEqual([
      ['Available', 'MinimumReplicasAvailable'],
      ['Progressing', 'NewReplicaSetAvailable'],
    ]);
    const nodes = test.list('pods').map(({ spec }) => spec.nodeName);
    expect(nodes.filter((name) => name === 'node-1')).toHaveLength(2);
  });

  it('keeps the old pods until the new ones are ready', async () => {
    test.create(deployment('web', 2, { template: template('web', { readinessProbe: { tcpSocket: { port: 80 } } }) }));
    await test.settle();
    test.runtime.healthy = false;
    change({ image: 'echo:2', readinessProbe: { tcpSocket: { port: 80 } } });
    await test.settle();
    expect(status()).toMatchObject({ replicas: 3, updatedReplicas: 1, availableReplicas: 2 });
    test.runtime.healthy = true;
    const fresh = test.list('pods').find(({ spec }) => spec.containers[0]?.image === 'echo:2');
    test.runtime.find(fresh?.metadata.name ?? '').setHealth('app', 'HEALTHY');
    await test.settle();
    expect(status()).toMatchObject({ replicas: 2, updatedReplicas: 2, availableReplicas: 2 });
    expect(sets()).toEqual([
      [1, 0],
      [2, 2],
    ]);
  });

  it('takes up an earlier template as a new revision', async () => {
    test.create(deployment('web', 1));
    await test.settle();
    change({ image: 'echo:2' });
    await test.settle();
    change({ image: 'echo:1' });
    await test.settle();
    expect(sets()).toEqual([
      [2, 0],
      [3, 1],
    ]);
    expect(test.get('deployments.apps', 'web').metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
  });

  it('gives up after its deadline', async () => {
    test.runtime.healthy = false;
    test.create(
      deployment('web', 1, {
        progressDeadlineSeconds: 60,
        template: template('web', { readinessProbe: { tcpSocket: { port: 80 } } }),
      }),
    );
    await test.settle(59_000);
    expect(status()?.conditions?.[1]).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
    await test.settle(3000);
    expect(status()?.conditions?.[1]).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
  });

  it('changes nothing but the size while paused', async () => {
    test.create(deployment('web', 1));
    await test.settle();
    const current = test.get('deployments.apps', 'web');
    test.store.update({
      ...current,
      spec: { ...current.spec, paused: true, replicas: 3, template: template('web', { image: 'echo:2' }) },
    });
    await test.settle();
    expect(sets()).toEqual([[1, 3]]);
    expect(status()?.conditions?.[1]).toMatchObject({ reason: 'DeploymentPaused' });
  });

  it('removes old pods first with strategy Recreate', async () => {
    test.create(deployment('web', 2, { strategy: { type: 'Recreate' } }));
    await test.settle();
    const before = test.list('pods').map(({ metadata }) => metadata.name);
    change({ image: 'echo:2' });
    await test.settle();
    expect(status()).toMatchObject({ replicas: 2, updatedReplicas: 2, availableReplicas: 2 });
    expect(test.list('pods').filter(({ metadata }) => before.includes(metadata.name))).toEqual([]);
  });

  it('takes its sets and pods with it', async () => {
    test.create(deployment('web', 2));
    await test.settle();
    test.store.delete('deployments.apps', 'default', 'web', { propagationPolicy: 'Foreground' });
    expect(test.store.get('deployments.apps', 'default', 'web')).toBeDefined();
    await test.settle();
    expect(test.list('deployments.apps')).toEqual([]);
    expect(test.list('replicasets.apps')).toEqual([]);
    expect(test.list('pods')).toEqual([]);
    expect(test.network.attached.size).toBe(0);
  });
});
