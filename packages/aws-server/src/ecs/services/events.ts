import type { World } from '../../context.ts';
import type { ServiceRecord } from '../state.ts';

/** DescribeServices shows this many, the newest first. */
const mostEvents = 100;

type Named = Pick<ServiceRecord, 'name'>;

const list = (ids: readonly string[]) => ids.map((id) => `(task ${id})`).join(' ');

/** The texts of ECS. */
export const messages = {
  started: ({ name }: Named, ids: readonly string[]): string =>
    `(service ${name}) has started ${ids.length} tasks: ${list(ids)}.`,
  stopped: ({ name }: Named, ids: readonly string[]): string =>
    `(service ${name}) has stopped ${ids.length} running tasks: ${list(ids)}.`,
  unhealthy: ({ name }: Named, id: string): string => `(service ${name}) (task ${id}) failed container health checks.`,
  failedToLaunch: ({ name }: Named, id: string, reason: string): string =>
    `(service ${name}) failed to launch a task (task ${id}) with (error ${reason}).`,
  throttled: ({ name }: Named): string =>
    `(service ${name}) is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`,
  steady: ({ name }: Named): string => `(service ${name}) has reached a steady state.`,
  completed: ({ name }: Named, deployment: string): string =>
    `(service ${name}) (deployment ${deployment}) deployment completed.`,
  failed: ({ name }: Named, deployment: string): string =>
    `(service ${name}) (deployment ${deployment}) deployment failed: tasks failed to start.`,
  rollingBack: ({ name }: Named, deployment: string): string =>
    `(service ${name}) rolling back to deployment ${deployment}.`,
} as const;

export function addEvent({ clock, ids, log }: World, service: ServiceRecord, message: string): void {
  service.events.unshift({ id: ids.uuid(), atMs: clock.now(), message });
  service.events.length = Math.min(service.events.length, mostEvents);
  log.write('ecs', 'service event', { service: service.arn, message });
}
