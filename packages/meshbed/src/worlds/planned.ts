import { join } from 'node:path';
import { journalName, readJournal, runDirectories, type RunEvent } from '@meshbed/runner/journal';
import { defaultConfiguration, scenarioNumbered } from '@meshbed/runner';
import { planOf } from '@meshbed/runner/plan';
import { stages } from '@meshbed/sandbox/timing';

/** Details that go with what they are part of: a plan does not list them. */
const details = new Set([
  'DNS of VPC',
  'acceptance of VPC peering',
  'policy of role',
  'restart of istiod',
  'route',
  'route table association',
  'security group rule',
]);

/** What all runs of a work directory created, sorted: `ecs_clusters: ECS cluster ecs-…-1`. */
export function created(workDir: string): string[] {
  const events = runDirectories(workDir).flatMap((directory) => readJournal<RunEvent>(join(directory, journalName)));
  return events
    .flatMap((event) => (event.kind === 'resource-intended' && event.change === 'create' ? event : []))
    .filter(({ resource }) => !details.has(resource))
    .map(({ step, resource, name }) => `${step}: ${resource} ${name.replace(/^https:.*/, 'of the EKS cluster')}`)
    .toSorted();
}

/** The same of the plan, without what controllers of the cloud make by themselves. */
export function planned(scenario: string): string[] {
  const plan = planOf({ scenario: scenarioNumbered(scenario), configuration: defaultConfiguration, stages });
  return plan.resources
    .filter(({ title }) => title !== 'load balancer')
    .map(({ step, title, name }) => `${step}: ${title} ${name}`)
    .toSorted();
}
