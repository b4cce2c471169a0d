import type { ProgramContext } from '@meshbed/core';
import { HboneServer, type TlsMaterial } from '@meshbed/hbone';
import type { Socket } from 'node:net';
import type { CrossNetwork } from './cross-network.ts';

const hbonePort = 15008;

/** Ends the outer tunnels. The inner ones go through, unread. */
export async function serveTunnels(
  { network, clock }: Pick<ProgramContext, 'network' | 'clock'>,
  gateway: CrossNetwork,
  certificate: () => Promise<TlsMaterial>,
): Promise<AsyncDisposable> {
  const stack = new AsyncDisposableStack();
  let material: TlsMaterial | undefined;
  const server = stack.use(
    new HboneServer({
      clock,
      material() {
        if (!material) throw new Error('no certificate yet');
        return material;
      },
      onConnect: (request, respond) => void gateway.connect(request, respond),
      onRejected: (peer, reason) => gateway.rejected(peer, reason),
    }),
  );
  const accept = async (socket: Socket, peer: Parameters<HboneServer['accept']>[1]) => {
    socket.on('error', () => {});
    try {
      material = await certificate();
      server.accept(socket, peer);
    } catch (error) {
      socket.destroy();
      gateway.rejected(peer, `identity error: ${(error as Error).message}`);
    }
  };
  stack.use(await network.listen(hbonePort, (socket, peer) => void accept(socket, peer), { unredirected: true }));
  return stack;
}
