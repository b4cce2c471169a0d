import type { Interrupt } from './interrupt.ts';
import type { RunningSandbox } from './sandbox.ts';

/** Says how to look around, and waits for Ctrl-C. */
export async function keepRunning(
  sandbox: RunningSandbox,
  interrupt: Interrupt,
  out: NodeJS.WritableStream,
): Promise<void> {
  out.write(invitation(sandbox));
  await Promise.race([interrupt.stopped, sandbox.stopAsked]);
}

export function invitation({ target, directory, environmentFile, kubeconfig, url }: RunningSandbox): string {
  const { profile } = target.accounts.local;
  return `
The sandbox keeps running until Ctrl-C.
  directory    ${directory}
  environment  ${environmentFile}
  kubeconfig   ${kubeconfig}
  AWS          ${url}, profile ${profile}

In another terminal:
  . ${environmentFile}
  kubectl get pods -A
  kubectl get serviceentries,authorizationpolicies,gateways -A
  aws ecs list-clusters
  meshbed explain --from eks/shell --to ecs/1/echo-service
`;
}
