import { cidrContains, parseCidr, parseIp } from './cidr.ts';

/** The route with the most specific `destination` (CIDR) that contains `ip`. */
export function longestPrefixMatch<R extends { destination: string }>(routes: Iterable<R>, ip: string): R | undefined {
  const address = parseIp(ip);
  let best: R | undefined;
  let bestLength = -1;
  for (const route of routes) {
    const cidr = parseCidr(route.destination);
    if (cidr.prefixLength <= bestLength || !cidrContains(cidr, address)) continue;
    best = route;
    bestLength = cidr.prefixLength;
  }
  return best;
}
