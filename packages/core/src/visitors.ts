import type { IncomingHttpHeaders } from 'node:http';

/** The names by which a loopback port may be asked for, with or without the port. */
const loopback = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Why a request is refused before anything is read of it; undefined when it may come in. A web page can send requests
 * to a loopback port too: it is known by its `Origin`, and by a host name of its own that resolves to 127.0.0.1 (DNS
 * rebinding). Tools send neither. `names` are further ones that the port has, or patterns of them.
 */
export function strangerReason(
  headers: IncomingHttpHeaders,
  names: readonly (string | RegExp)[] = [],
): string | undefined {
  const name = headers.host?.replace(/:\d+$/, '').toLowerCase() ?? '';
  if (
    !loopback.includes(name) &&
    !names.some((known) => (typeof known === 'string' ? known === name : known.test(name)))
  )
    return `the sandbox is not ${name === '' ? 'without a name' : name} (Host)`;
  return pageReason(headers);
}

/** The same for a port that has TLS, where a certificate already says that a name of a web page is not its own. */
export function pageReason({ origin, 'sec-fetch-site': site }: IncomingHttpHeaders): string | undefined {
  if (origin !== undefined) return 'requests of web pages are refused (Origin)';
  return site === undefined || site === 'none' ? undefined : 'requests of web pages are refused (Sec-Fetch-Site)';
}
