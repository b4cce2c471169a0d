import { isIP, isIPv4, isIPv6 } from 'node:net';

export interface Authority {
  host: string;
  port: number;
}

const form = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]/@\s]+)):(\d{1,5})$/;

/** `ip:port`, `[ipv6]:port` or `host:port` of a CONNECT; undefined when the host or the port is missing or wrong. */
export function parseAuthority(text: string | undefined): Authority | undefined {
  const [, bracketed, plain, digits] = form.exec(text ?? '') ?? [];
  const port = Number(digits);
  const host = bracketed ?? plain;
  if (!host || !(port > 0 && port < 65_536)) return undefined;
  if (bracketed !== undefined && !isIPv6(bracketed)) return undefined;
  return { host: canonicalIp(host), port };
}

export const formatAuthority = ({ host, port }: Authority): string =>
  isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;

/** An IPv4-mapped IPv6 address (a dual-stack listener's peers) as the IPv4 address that it is; names unchanged. */
export function canonicalIp(host: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(host)?.[1];
  return mapped !== undefined && isIPv4(mapped) ? mapped : host;
}

export const isAddress = (host: string): boolean => isIP(host) !== 0;
