import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pod, TestCluster } from '../testing/controlled-cluster.ts';

let test: TestCluster;
beforeEach(() => {
  test = new TestCluster();
  test.addNode('node-1');
});
afterEach(() => test[Symbol.asyncDispose]());

const statusOf = (name: string) => test.get('pods', name).status;
const container = (name: string) => statusOf(name)?.containerStatuses?.[0];
const conditionOf = (name: string, type: string) =>
  statusOf(name)?.conditions?.find((condition) => condition.type === type);
const eventsOf = (name: string) =>
  test
    .list('events')
    .filter(({ involvedObject }) => involvedObject.name === name)
    .map(({ reason }) => reason);

describe('kubelet', () => {
  it('starts a pod and reports where it runs', async () => {
    test.create(pod('web'));
    await test.settle();
    expect(statusOf('web')).toMatchObject({ phase: 'Running', podIP: '192.168.0.10', hostIP: '192.168.0.1' });
    expect(conditionOf('web', 'Ready')).toMatchObject({ status: 'True' });
    expect(container('web')).toMatchObject({ ready: true, started: true, restartCount: 0 });
    expect(eventsOf('web').toSorted((a = '', b = '') => a.localeCompare(b))).toEqual([
      'Created',
      'Pulled',
      'Scheduled',
      'Started',
    ]);
    expect(test.runtime.find('web').spec).toMatchObject({ id: 'test/default/web', hostname: 'web' });
  });

  it('is ready only when its readiness probe passes', async () => {
    test.runtime.healthy = false;
    test.create(
      pod('web', { containers: [{ name: 'app', image: 'echo', readinessProbe: { httpGet: { port: 8080 } } }] }),
    );
    await test.settle();
    expect(conditionOf('web', 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [app]',
    });
    test.runtime.find('web').setHealth('app', 'HEALTHY');
    await test.settle();
    expect(conditionOf('web', 'Ready')).toMatchObject({ status: 'True' });
  });

  it('restarts at once, then after growing pauses', async () => {
    test.create(pod('web'));
    await test.settle();
    test.runtime.find('web').exit('app', 1);
    await test.settle();
    expect(container('web')).toMatchObject({
      restartCount: 1,
      state: { running: {} },
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    });
    test.runtime.find('web').exit('app', 1);
    await test.settle();
    expect(container('web')?.state).toMatchObject({
      waiting: { reason: 'CrashLoopBackOff', message: expect.stringContaining('back-off 10s') as string },
    });
    await test.settle(9000);
    expect(container('web')).toMatchObject({ restartCount: 1, ready: false });
    await test.settle(1000);
    expect(container('web')).toMatchObject({ restartCount: 2, ready: true });
  });

  it.each([
    ['Never', 0, 'Succeeded'],
    ['Never', 3, 'Failed'],
    ['OnFailure', 0, 'Succeeded'],
  ])('ends a pod with policy %s that exits with %i as %s', async (restartPolicy, code, phase) => {
    test.create(pod('job', { restartPolicy }));
    await test.settle();
    test.runtime.find('job').exit('app', code);
    await test.settle();
    expect(statusOf('job')).toMatchObject({
      phase,
      containerStatuses: [{ state: { terminated: { exitCode: code } } }],
    });
    expect(test.network.attached.size).toBe(0);
  });

  it('tells which image it cannot pull, and tries again', async () => {
    test.create(pod('web', { containers: [{ name: 'app', image: 'missing/x' }] }));
    await test.settle();
    expect(container('web')?.state).toEqual({ waiting: { reason: 'ErrImagePull', message: 'missing/x: not found' } });
    await test.settle(1000);
    expect(container('web')?.state).toMatchObject({ waiting: { reason: 'ImagePullBackOff' } });
    await test.settle(9000);
    expect(container('web')).toMatchObject({ restartCount: 0, state: { waiting: { reason: 'ErrImagePull' } } });
  });

  it('asks its node whether the image can be reached', async () => {
    await test[Symbol.asyncDispose]();
    let problem: string | undefined = 'dial tcp: i/o timeout';
    test = new TestCluster({ imagePullProblem: () => problem });
    test.addNode('node-1');
    test.create(pod('web'));
    await test.settle();
    expect(container('web')?.state).toEqual({ waiting: { reason: 'ErrImagePull', message: 'dial tcp: i/o timeout' } });
    expect(test.runtime.workloads.size).toBe(0);
    problem = undefined;
    await test.settle(10_000);
    expect(statusOf('web')).toMatchObject({ phase: 'Running' });
  });

  it('waits for a config map and starts as soon as it is there', async () => {
    const env = [{ name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } }];
    test.create(pod('web', { containers: [{ name: 'app', image: 'echo', env }] }));
    await test.settle();
    expect(container('web')?.state).toEqual({
      waiting: { reason: 'CreateContainerConfigError', message: 'configmap "settings" not found' },
    });
    test.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: 'default' },
      data: { colour: 'red' },
    });
    await test.settle();
    expect(test.runtime.find('web').spec.containers[0]?.env['COLOUR']).toBe('red');
  });

  it('says that a mount is missing', async () => {
    test.create(pod('web', { volumes: [{ name: 'keys', secret: { secretName: 'none' } }] }));
    await test.settle();
    expect(container('web')?.state).toEqual({ waiting: { reason: 'ContainerCreating' } });
    expect(test.list('events').find(({ reason }) => reason === 'FailedMount')?.message).toBe(
      'MountVolume.SetUp failed for volume "keys" : secret "none" not found',
    );
  });

  it('says what a pod asks for and does not get', async () => {
    const lifecycle = { preStop: { exec: { command: ['true'] } } };
    test.create(pod('web', { containers: [{ name: 'app', image: 'echo', lifecycle }] }));
    await test.settle();
    const said = test.list('events').find(({ reason }) => reason === 'Unsupported');
    expect(said?.message).toBe('container app: lifecycle hooks are not run');
  });

  it('runs init containers first, one after the other', async () => {
    test.create(
      pod('web', {
        initContainers: [
          { name: 'first', image: 'echo' },
          { name: 'second', image: 'echo' },
        ],
      }),
    );
    await test.settle();
    expect(statusOf('web')).toMatchObject({
      phase: 'Pending',
      containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }],
    });
    test.runtime.find('web').exit('first', 0);
    test.runtime.find('web').exit('second', 0);
    await test.settle();
    expect(statusOf('web')).toMatchObject({
      phase: 'Running',
      initContainerStatuses: [{ ready: true }, { ready: true }],
    });
  });

  it('lets a pod end within its grace period before it goes', async () => {
    test.create(pod('web', { terminationGracePeriodSeconds: 7 }));
    await test.settle();
    const workload = test.runtime.find('web');
    const stopping = Promise.withResolvers<void>();
    workload.stopping = stopping.promise;
    test.store.delete('pods', 'default', 'web');
    await test.settle();
    expect(workload.stops).toEqual([7000]);
    expect(statusOf('web')).toBeDefined();
    stopping.resolve();
    await test.settle();
    expect(test.list('pods')).toEqual([]);
    expect(test.network.attached.size).toBe(0);
  });

  it('ends what a forced deletion leaves behind', async () => {
    test.create(pod('web'));
    await test.settle();
    test.store.delete('pods', 'default', 'web', { gracePeriodSeconds: 0 });
    await test.settle();
    expect(test.runtime.workloads.size).toBe(0);
    expect(test.network.attached.size).toBe(0);
  });

  it('leaves no pod, workload or timer on a node that goes', async () => {
    test.create(pod('web'));
    test.create(pod('broken', { containers: [{ name: 'app', image: 'missing/x' }] }));
    await test.settle();
    test.cluster.removeNode('node-1');
    await test.settle(1000);
    expect(test.list('pods')).toEqual([]);
    expect(test.runtime.workloads.size).toBe(0);
  });
});

describe('teardown', () => {
  it('stops every workload and leaves no timer', async () => {
    test.create(
      pod('web', { containers: [{ name: 'app', image: 'echo', livenessProbe: { tcpSocket: { port: 1 } } }] }),
    );
    test.create(pod('crash'));
    test.create(pod('broken', { containers: [{ name: 'app', image: 'missing/x' }] }));
    test.create(pod('waits', { volumes: [{ name: 'keys', secret: { secretName: 'none' } }] }));
    await test.settle();
    test.runtime.find('crash').exit('app', 1);
    await test.settle();
    test.runtime.find('crash').exit('app', 1);
    await test.settle();
    expect(test.clock.pending).toBeGreaterThan(0);
    await test[Symbol.asyncDispose]();
    expect(test.runtime.workloads.size).toBe(0);
    expect(test.network.attached.size).toBe(0);
    expect(test.clock.pending).toBe(0);
  });
});
