import { names } from '../../configuration/index.ts';

export type EcsWorkload = 'shell' | 'echo';

export interface WorkloadFacts {
  service: string;
  family: string;
  containerName: string;
  port: number;
  streamPrefix: string;
  command?: readonly string[];
}

/** The two services of every ECS cluster. */
export const workloads: Record<EcsWorkload, WorkloadFacts> = {
  shell: {
    service: names.shellService,
    family: 'shell-task-definition',
    containerName: 'shell',
    port: 80,
    streamPrefix: 'demo-shell-task',
    command: ['sleep', '3600'],
  },
  echo: {
    service: names.echoService,
    family: 'echo-service-definition',
    containerName: 'echo-service',
    port: 8080,
    streamPrefix: 'echo-service-task',
  },
};
