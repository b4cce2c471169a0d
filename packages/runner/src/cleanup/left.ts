import { findCause, MeshbedError, ready, until, waiting } from '@meshbed/core';
import { keyOf } from './inventory.ts';
import type { Deletion } from './delete.ts';
import { kinds } from './kinds/index.ts';
import { sweep, type Stray, type Swept } from './sweep.ts';
import type { Fate, Found, Left, Place, Unseen } from './types.ts';

export interface Leftovers {
  left: readonly Left[];
  unseen: readonly Unseen[];
}

export interface LastLook extends Leftovers {
  /** Something appeared that no deletion has met: the request of a killed command may still have been under way. */
  late: boolean;
}

const settlingMs = 60_000;

/** Looks at everything once more. AWS lists what is gone for some seconds longer: only what stays listed counts. */
export async function lastLook(deletion: Deletion, fates: ReadonlyMap<string, Fate>): Promise<LastLook> {
  const { places, journaled, clock, signal, patience } = deletion;
  let last: LastLook = { left: [], unseen: [], late: false };
  const condition = async () => {
    const swept = await sweep(places, journaled);
    const { length: surprising } = listed(swept, deletion, fates).filter((each) => stateOf(fates, each) !== 'left');
    last = { left: leftIn(swept, deletion, fates), unseen: swept.unseen, late: surprising > 0 };
    return surprising + swept.strays.length === 0 ? ready(last) : waiting(`${surprising} still listed`);
  };
  return until(condition, { clock, signal, what: 'the last look', timeoutMs: settlingMs * patience }).catch(
    (error: unknown) => {
      if (findCause(error, MeshbedError)?.code === 'cloud/timeout') return last;
      throw error;
    },
  );
}

const stateOf = (fates: ReadonlyMap<string, Fate>, found: Found) => fates.get(keyOf(found))?.state;

/** What is on its way out, with nobody waiting for it, is not left. */
const listed = ({ found }: Swept, { inScope }: Deletion, fates: ReadonlyMap<string, Fate>): Found[] =>
  found.filter((each) => inScope(each) && stateOf(fates, each) !== 'leaving');

function leftIn(swept: Swept, deletion: Deletion, fates: ReadonlyMap<string, Fate>): Left[] {
  const own = listed(swept, deletion, fates).map((each) => {
    const fate = fates.get(keyOf(each));
    const reason = fate?.state === 'left' ? fate.reason : 'it appeared late, or again';
    return leftOf(each, placeOf(deletion.places, each), reason);
  });
  return [...own, ...swept.strays.map((stray) => strayLeft(stray, placeOf(deletion.places, stray)))];
}

const placeOf = (places: readonly Place[], { account }: Pick<Found, 'account'>) =>
  places.find((place) => place.account === account);

export function leftOf(found: Found, place: Place | undefined, reason: string): Left {
  const { id, name, account, accountId } = found;
  const kind = kinds[found.kind];
  return { id, name, account, accountId, title: kind.title, reason, command: commandFor(kind.command(found), place) };
}

export function strayLeft({ id, type, account, accountId }: Stray, place: Place | undefined): Left {
  const command = commandFor(
    place?.azure ? `az resource show --ids ${id}` : `ec2 describe-tags --filters Name=resource-id,Values=${id}`,
    place,
  );
  return {
    id,
    name: id,
    account,
    accountId,
    title: type,
    reason: 'it carries our tag, and nothing else is known',
    command,
  };
}

/** Kubernetes', the mesh's and Azure's tools are named by the kind; everything else is the AWS CLI. */
function commandFor(command: string, place: Place | undefined): string {
  if (/^(kubectl|istioctl) /.test(command)) return command;
  if (command.startsWith('az ')) return `${command} --subscription ${place?.accountId ?? ''}`;
  return `aws ${command} --profile ${place?.profile ?? ''} --region ${place?.aws.access.region ?? ''}`;
}
