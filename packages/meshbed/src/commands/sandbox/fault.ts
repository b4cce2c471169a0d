import { InvalidArgumentError, type Command } from 'commander';
import type { FaultField, FaultRule } from '@meshbed/sandbox/control';
import { controlOf } from '../../session/control.ts';
import { findInstance } from '../../session/instance.ts';

interface FaultFlags extends Partial<Record<string, unknown>> {
  instance: string;
}

/** Flag, what it says, and whether it is a number. */
const fields: Record<FaultField, readonly [flag: string, about: string, number?: true]> = {
  service: ['--service <name>', 'AWS service: ec2, ecs, …; or azure'],
  operation: ['--operation <name>', 'such as DescribeVpcs; azure: DELETE, PUT-operation, …'],
  account: ['--account <id>', 'of the caller'],
  principal: ['--principal <arn>', 'of the caller'],
  resource: ['--resource <name>', 'name, id or ARN that a call names; type of what is stuck; task or service to kill'],
  code: ['--code <code>', 'error code'],
  message: ['--message <text>', 'error message'],
  status: ['--status <number>', 'HTTP status', true],
  ms: ['--ms <number>', 'milliseconds', true],
  state: ['--state <name>', 'of what is stuck'],
  from: ['--from <cidr>', 'of callers'],
  to: ['--to <cidr>', 'of targets'],
  through: ['--through <id>', 'an object on the way: a route table, a peering, a gateway'],
  count: ['--count <number>', 'how often; default: until it is cleared', true],
  forMs: ['--for-ms <number>', 'clears itself after so many milliseconds', true],
  probability: ['--probability <number>', 'from 0 to 1', true],
};

const where = ['--instance <sandbox>', 'latest, a name or a directory', 'latest'] as const;

/** `sandbox fault add|list|clear`. */
export function addFaults(sandbox: Command): void {
  const fault = sandbox
    .command('fault')
    .description('Lets things go wrong in a running sandbox; every strike is in its event log.');
  const add = fault
    .command('add')
    .description('Adds a fault. `*` in a name stands for any characters.')
    .argument(
      '<kind>',
      'throttle, error, latency, stuck, load-balancer-without-address, expired-credentials, cut-route, killed-task, iam-propagation, stale-pod-identity',
    )
    .option(...where)
    .action(async (kind: string, flags: FaultFlags) => addFault(kind, flags));
  for (const [flag, about, number] of Object.values(fields))
    if (number) add.option(flag, about, numberOf);
    else add.option(flag, about);
  fault
    .command('list')
    .description('The faults in force.')
    .option(...where)
    .option('--json', 'as JSON')
    .action(async (flags: FaultFlags) => listFaults(flags));
  fault
    .command('clear')
    .description('Clears a fault, or all.')
    .argument('[id]', 'such as fault-1; default: all')
    .option(...where)
    .action(async (id: string | undefined, { instance }: FaultFlags) => {
      await controlOf(findInstance(instance)).faults.clear(id);
      process.stdout.write(`${id ?? 'All faults'} cleared.\n`);
    });
}

async function addFault(kind: string, { instance, ...rule }: FaultFlags): Promise<void> {
  const { id, hits } = await controlOf(findInstance(instance)).faults.add({ kind, ...rule } as unknown as FaultRule);
  process.stdout.write(`${id}${hits > 0 ? ` struck ${hits} ×` : ''}\n`);
}

async function listFaults({ instance, json }: FaultFlags): Promise<void> {
  const found = await controlOf(findInstance(instance)).faults.list();
  const lines = found.map(({ id, rule: { kind, ...rule }, hits }) => `${id}  ${kind}  ${said(rule)}  struck ${hits} ×`);
  const text = lines.length === 0 ? 'No fault is in force.' : lines.join('\n');
  process.stdout.write(`${json ? JSON.stringify(found, null, 2) : text}\n`);
}

const said = (rule: object): string =>
  Object.entries(rule)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');

function numberOf(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('it must be a number.');
}
