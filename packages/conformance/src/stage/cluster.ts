import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { createIds, systemClock } from '@meshbed/core';
import { defaultConfiguration, runScenario, scenarioNumbered } from '@meshbed/runner';
import { targetOf } from '@meshbed/sandbox';
import type { Stage } from './index.ts';

/** The EKS cluster of the stage. */
export interface StageCluster {
  name: string;
  /** File whose current context is the cluster's administrator. */
  kubeconfig: string;
  /** Makes more changes than the API server remembers for watches that resume. */
  overflow: () => void;
  /** HTTP status of a GET with a bearer token. */
  status: (path: string, token: string) => Promise<number>;
}

/** Runs the first steps of scenario 1, as `meshbed run` would. */
export async function createCluster(stage: Stage): Promise<StageCluster> {
  const scenario = scenarioNumbered('1');
  const failures: string[] = [];
  const { outcome } = await runScenario({
    scenario: { ...scenario, tests: [] },
    configuration: defaultConfiguration,
    target: { ...targetOf(stage.sandbox), workDir: stage.sandbox.directory.path },
    clock: systemClock,
    ids: createIds(),
    signal: new AbortController().signal,
    selection: { to: 'istio_install' },
    onEvent: (event) => {
      if (event.kind === 'step-ended' && event.failure) failures.push(event.failure.text);
    },
  });
  if (outcome !== 'passed') throw new Error(`the cluster could not be made: ${failures.join('\n')}`);
  const { directory, kube } = stage.sandbox;
  const server = kube.clusters.get(defaultConfiguration.clusterName)?.server ?? '';
  const ca = readFileSync(directory.file('ca.pem'), 'utf8');
  const kubeconfig = directory.file('kubeconfig');
  return {
    name: defaultConfiguration.clusterName,
    kubeconfig,
    overflow: () => overflow(stage),
    status: (path, token) => statusOf(`${server}${path}`, { token, ca }),
  };
}

function statusOf(url: string, { token, ca }: { token: string; ca: string }): Promise<number> {
  const options = { ca, agent: false, headers: { authorization: `Bearer ${token}` } };
  return new Promise((resolve, reject) => {
    get(url, options, (answer) => resolve(answer.resume().statusCode ?? 0)).on('error', reject);
  });
}

const remembered = 5000;

function overflow({ sandbox }: Stage): void {
  const store = sandbox.kube.clusters.get(defaultConfiguration.clusterName)?.store;
  const created = store?.create({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'counter', namespace: 'kube-public' },
  });
  if (!store || !created) throw new Error('the cluster has gone');
  const { resourceVersion: _first, ...metadata } = created.metadata;
  for (let count = 0; count <= remembered; count++)
    store.update({ ...created, metadata, data: { count: String(count) } });
  store.delete('configmaps', 'kube-public', 'counter');
}
