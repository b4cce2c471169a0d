import type { Call } from '../../context.ts';
import { saveContext } from '../../kube/kubeconfig.ts';
import { targetOf } from '../target.ts';

/** `utils write-kubeconfig --cluster NAME` */
export async function writeKubeconfig(call: Call): Promise<void> {
  using target = await targetOf(call);
  saveContext(call, target.aws, target.cluster);
}
