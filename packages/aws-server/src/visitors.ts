import type { IncomingMessage } from 'node:http';

/** The names by which a loopback port may be asked for, with or without the port. */
const loopback = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Why a request is refused before anything is read of it; undefined when it may come in. A web page can send requests
 * to a loopback port too: it is known by its `Origin`, and by a host name of its own that resolves to 127.0.0.1 (DNS
 * rebinding). Tools send neither.
 */
export function strangerReason({ headers }: IncomingMessage, names: readonly string[] = []): string | undefined {
  const { host, origin, 'sec-fetch-site': site } = headers;
  if (origin !== undefined) return 'requests of web pages are refused (Origin)';
  if (site !== undefined && site !== 'none') return 'requests of web pages are refused (Sec-Fetch-Site)';
  const name = host?.replace(/:\d+$/, '').toLowerCase() ?? '';
  if ([...loopback, ...names].includes(name)) return undefined;
  return `the sandbox is not ${name === '' ? 'without a name' : name} (Host)`;
}
