import { containsIp, type Hop, type Origin, type Target, type Verdict } from '@meshbed/policy/network';

/** Traffic that vanishes although every object lets it pass: a broken line, not a rule. */
export interface Cut {
  /** CIDR of the callers; default: all. */
  from?: string;
  /** CIDR of the targets; default: all. */
  to?: string;
  /** Only what passes this object: a route table, a peering, a gateway, an interface. */
  through?: string;
}

/** The verdict as it is with the cuts: what one of them meets is dropped in silence. */
export function cutVerdict(
  verdict: Verdict,
  { from, to }: { from: Origin; to: Target },
  cuts: ReadonlyMap<string, Cut>,
): Verdict {
  if (verdict.kind !== 'connected' && verdict.kind !== 'refused') return verdict;
  for (const [name, cut] of cuts) {
    if (!meets(cut, { from: from.ip, to: to.ip, hops: verdict.hops })) continue;
    const reason = `${name} cuts the way from ${from.ip} to ${to.ip}${cut.through ? ` through ${cut.through}` : ''}`;
    const by: Hop = { object: name, ownerId: '', what: 'fault', verdict: 'deny', reason };
    return { kind: 'dropped', reason: 'fault', by, hops: [...verdict.hops, by] };
  }
  return verdict;
}

function meets(cut: Cut, way: { from: string; to: string; hops: readonly Hop[] }): boolean {
  if (cut.from !== undefined && !containsIp(cut.from, way.from)) return false;
  if (cut.to !== undefined && !containsIp(cut.to, way.to)) return false;
  return cut.through === undefined || way.hops.some(({ object }) => object === cut.through);
}
