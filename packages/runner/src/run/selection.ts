import { MeshbedError } from '@meshbed/core';
import { stepIndex, type Scenario } from '../scenario/index.ts';
import type { StepId } from '../steps/types.ts';

/** Which steps of a scenario run, and whether its tests do. */
export interface Selection {
  /** Name or number of the first step to run; those before are skipped. */
  from?: string;
  /** Name or number of the last step to run; no tests follow. */
  to?: string;
  testsOnly?: boolean;
  /** Kubernetes clusters and Istio are there already: only logins, infrastructure and the workshop's own steps run. */
  skipSetup?: boolean;
}

/** What makes Kubernetes clusters and Istio, in every scenario. */
const setupSteps: ReadonlySet<string> = new Set<StepId | Scenario4Setup>([
  'eks_cluster',
  'aks_cluster',
  'gateway_api_crds',
  'create_certs',
  'install_ca_secrets',
  'istio_install',
  'istio_eks',
  'istio_aks',
  'eastwest_gateway',
  'network_label',
  'istio_verify',
  'connect_clusters',
]);

type Scenario4Setup =
  | 'aks_cluster'
  | 'create_certs'
  | 'install_ca_secrets'
  | 'istio_eks'
  | 'istio_aks'
  | 'connect_clusters';

/**
 * Ids of the steps to run.
 * @throws MeshbedError `user/unknown-step`, `user/contradiction` for choices that exclude each other or leave nothing.
 */
export function chooseSteps(scenario: Scenario, selection: Selection): ReadonlySet<string> {
  const { from, to, testsOnly = false, skipSetup = false } = selection;
  const first = from === undefined ? 0 : stepIndex(scenario, from);
  const last = to === undefined ? scenario.steps.length - 1 : stepIndex(scenario, to);
  if (testsOnly) return testsAlone(selection);
  if (first > last) throw contradiction(`no step is between ${from} and ${to}`, 'swap --step and --stop-after');
  const left = scenario.steps.slice(first, last + 1).map(({ id }) => id);
  if (!skipSetup) return new Set(left);
  for (const named of [from, to]) {
    const id = named === undefined ? undefined : scenario.steps[stepIndex(scenario, named)]?.id;
    if (id !== undefined && setupSteps.has(id))
      throw contradiction(`${id} is one of the steps that --skip-setup leaves out`, 'leave out --skip-setup');
  }
  return new Set(left.filter((id) => !setupSteps.has(id)));
}

function testsAlone({ from, to }: Selection): ReadonlySet<string> {
  if (from !== undefined) throw contradiction('--tests-only runs no step, --step does', 'leave out one of the two');
  if (to !== undefined)
    throw contradiction('--tests-only runs the tests, --stop-after leaves them out', 'leave out one of the two');
  return new Set();
}

const contradiction = (message: string, next: string) => new MeshbedError('user/contradiction', message, { next });
