import type { TestRecord } from '../events.ts';

/** How a connection got into another network: label and text. Empty for one that stayed in its own. */
export function crossingLines({
  crossing,
  sourceIdentity = 'nobody known',
  destinationIdentity = 'nobody known',
}: TestRecord): [label: string, text: string][] {
  if (!crossing) return [];
  const { network, gateway, address, leadsTo, own, direct } = crossing;
  const reached = address === undefined ? '' : ` at ${address}`;
  return [
    ['gateway', `${gateway} of ${network}${reached}, which led to ${leadsTo}`],
    ...(own ? [['own gateway', ownGateway(own)] satisfies [string, string]] : []),
    ['outer tunnel', `${crossing.sourceIdentity} to ${crossing.destinationIdentity}`],
    ['inner tunnel', `${sourceIdentity} to ${destinationIdentity}`],
    ...(direct ? [['direct dial', `of ${direct.to}: ${direct.outcome}`] satisfies [string, string]] : []),
  ];
}

const ownGateway = ({ network, address, recorded }: NonNullable<NonNullable<TestRecord['crossing']>['own']>) =>
  `that of ${network} at ${address} ${recorded ? 'was passed, too' : `leads into ${network} only: not passed`}`;
