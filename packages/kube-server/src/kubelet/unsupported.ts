import type { Container, Pod } from '../objects/index.ts';

/** Fields that a pod may carry and that nothing acts on here; the pod runs without them and an event says so. */
const ofContainer: readonly (readonly [string, (container: Container) => boolean])[] = [
  ['lifecycle hooks are not run', (container) => 'lifecycle' in container],
  [
    'successThreshold above 1 is taken as 1',
    ({ readinessProbe, startupProbe }) =>
      [readinessProbe, startupProbe].some((probe) => (probe?.successThreshold ?? 1) > 1),
  ],
];

const ofPod: readonly (readonly [string, (pod: Pod) => boolean])[] = [
  ['activeDeadlineSeconds is not observed', ({ spec }) => spec['activeDeadlineSeconds'] !== undefined],
  ['ephemeral containers are not started', ({ spec }) => spec['ephemeralContainers'] !== undefined],
];

/** One sentence for each thing that this pod asks for and does not get. */
export function unsupportedFeatures(pod: Pod): string[] {
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  return [
    ...ofPod.flatMap(([sentence, applies]) => (applies(pod) ? [sentence] : [])),
    ...containers.flatMap((container) =>
      ofContainer.flatMap(([sentence, applies]) =>
        applies(container) ? [`container ${container.name}: ${sentence}`] : [],
      ),
    ),
  ];
}
