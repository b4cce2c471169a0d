/** What keeps a pod from starting, the waiting reason of its containers and the reason of the event that tells it. */
const kinds = {
  configuration: { waiting: 'CreateContainerConfigError', event: 'Failed' },
  mount: { waiting: 'ContainerCreating', event: 'FailedMount' },
  network: { waiting: 'ContainerCreating', event: 'FailedCreatePodSandBox' },
  /** Each container that can't be pulled tells its own. */
  image: { waiting: 'ContainerCreating', event: undefined },
} as const;

export type PodProblemKind = keyof typeof kinds;

/** Why a pod can't be started yet; the kubelet shows it and tries again. */
export class PodProblem extends Error {
  readonly kind: PodProblemKind;
  readonly waiting: (typeof kinds)[PodProblemKind]['waiting'];
  readonly event: (typeof kinds)[PodProblemKind]['event'];

  constructor(kind: PodProblemKind, message: string) {
    super(message);
    this.name = 'PodProblem';
    this.kind = kind;
    this.waiting = kinds[kind].waiting;
    this.event = kinds[kind].event;
  }
}
