import { hbonePort, Inbound } from './inbound/index.ts';
import { Outbound } from './outbound/index.ts';
import { serveSocks } from './outbound/socks.ts';
import type { Proxied } from './proxied.ts';
import { closedRedirect, redirectTo } from './redirect.ts';

const socksPort = 15080;

/** How the workload's own connections come here. */
export type Capture = 'redirect' | 'socks5';

/** Works for one workload until disposed: accepts tunnels for it, and carries its connections. */
export async function startProxy(proxied: Proxied, capture: Capture): Promise<AsyncDisposable> {
  const { network } = proxied;
  const stack = new AsyncDisposableStack();
  try {
    const inbound = stack.use(new Inbound(proxied));
    const outbound = stack.use(new Outbound(proxied));
    stack.use(
      await network.listen(hbonePort, (socket, peer) => void inbound.acceptTunnels(socket, peer), {
        unredirected: true,
      }),
    );
    if (capture === 'redirect') {
      const redirect = redirectTo(proxied, inbound, outbound);
      network.redirect = redirect;
      stack.defer(() => {
        if (network.redirect === redirect) network.redirect = closedRedirect;
      });
    } else {
      const serve = { loopback: true, unredirected: true };
      stack.use(await network.listen(socksPort, (socket) => void serveSocks(socket, outbound, proxied), serve));
    }
    return stack;
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
