import { latencyMs, openGateway, type Gateway } from '@meshbed/aws-server';
import { locations } from '@meshbed/azure-server/locations';
import { type Clock, createIds, EventLog, type Ids, shareClock, systemClock } from '@meshbed/core';
import { Fabric } from '@meshbed/fabric';
import type { ControlAccess } from './control/client.ts';
import { Readiness } from './control/readiness.ts';
import { routes } from './control/routes.ts';
import { serveControl } from './control/server.ts';
import { FaultRegistry } from './faults/index.ts';
import { createServerIdentity, type ServerIdentity } from './instance/certificate.ts';
import { InstanceDirectory } from './instance/directory.ts';
import { removeWithProcess } from './instance/remains.ts';
import { awsHost } from './internet.ts';
import type { Profile, Sandbox, SandboxOptions } from './sandbox.ts';

/** What everything in one sandbox shares. */
export interface Base {
  clock: Clock;
  ids: Ids;
  log: EventLog;
  region: string;
  profile: Profile;
  directory: InstanceDirectory;
  identity: ServerIdentity;
  fabric: Fabric;
  gateway: Gateway;
  readiness: Readiness;
  control: ControlAccess;
  faults: FaultRegistry;
  defaultVpcs: boolean;
  /** The sandbox, once it is there. */
  running: { sandbox?: Sandbox };
  /** Where commands of other processes find the clock; undefined when it is the wall's. */
  clockUrl: string | undefined;
}

/** What must be there before a sandbox is ready. */
export const parts = {
  kubernetes: 'Kubernetes API',
  aws: 'AWS APIs',
  azure: 'Azure API',
  directory: 'instance directory',
} as const;

/** Tokens of EKS are calls to these, signed with their names: only under them they can be verified. */
const stsHosts = (region: string) => ['sts.amazonaws.com', `sts.${region}.amazonaws.com`];

export async function createBase(options: SandboxOptions, stack: AsyncDisposableStack): Promise<Base> {
  const { clock = systemClock, region = 'us-east-2', profile = 'fast', port = 0, seed, defaultVpcs = false } = options;
  // First of all: a busy port is noticed before anything else starts, and whoever asks hears that it is starting.
  const gateway = stack.use(
    await openGateway({
      port,
      clock,
      latencyMs: latencyMs(profile, 'aws-call', 'sent'),
      hostNames: [awsHost, ...stsHosts(region)],
    }),
  );
  const running: Base['running'] = {};
  const readiness = new Readiness(Object.values(parts));
  const control = serveControl({ gateway, readiness, routes, subject: () => running.sandbox });
  const ids = createIds(seed);
  const log = new EventLog(clock);
  const directory = new InstanceDirectory(options.parent);
  stack.use(removeWithProcess(directory.path));
  stack.use(directory);
  const identity = createServerIdentity(clock.now(), [
    `*.gr7.${region}.eks.amazonaws.com`,
    ...locations.map((location) => `*.hcp.${location.name}.azmk8s.io`),
  ]);
  directory.writeCertificateAuthority(identity.caPem);
  const fabric = stack.use(new Fabric({ clock, ids, log }));
  const faults = new FaultRegistry({ clock, log, fabric, seed, further: options.faults, running });
  stack.defer(() => faults.clear());
  const clockUrl = clock === systemClock ? undefined : stack.use(await shareClock(clock)).url;
  const shared = { clock, ids, log, region, profile, directory, identity, fabric, gateway, defaultVpcs };
  return { ...shared, readiness, control, faults, running, clockUrl };
}
