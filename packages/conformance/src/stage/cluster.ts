import { createIds, systemClock } from '@meshbed/core';
import { defaultConfiguration, runScenario, scenarioNumbered } from '@meshbed/runner';
import { targetOf } from '@meshbed/sandbox';
import type { Stage } from './index.ts';
import type { Result } from './execute.ts';

/** The EKS cluster of the stage. */
export interface StageCluster {
  name: string;
  /** File whose current context is the cluster's administrator. */
  kubeconfig: string;
  /** kubectl as that administrator. @throws Error with its output when it fails */
  kubectl: (command: string, args: readonly string[], input?: string) => Promise<Result>;
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
    selection: { to: 'eks_cluster' },
    onEvent: (event) => {
      if (event.kind === 'step-ended' && event.failure) failures.push(event.failure.text);
    },
  });
  if (outcome !== 'passed') throw new Error(`the cluster could not be made: ${failures.join('\n')}`);
  const kubeconfig = stage.sandbox.directory.file('kubeconfig');
  return {
    name: defaultConfiguration.clusterName,
    kubeconfig,
    kubectl: (command, args, input) => stage.run(command, args, { input }),
  };
}
