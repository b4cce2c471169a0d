import { refuseForeignCluster } from '../../aws/foreign-cluster.ts';
import { verifySubscription } from '../../azure/subscription.ts';
import { verifyLogin } from '../../login/index.ts';
import { declared } from '../declared.ts';
import type { Step } from '../types.ts';

/** Both clouds must answer to the logins that they are configured with, before anything is changed in either. */
export const cloudLogin: Step = declared(async (step) => {
  const { local, target, configuration } = step;
  await Promise.all([
    verifyLogin(local, target.accounts.local.profile),
    verifySubscription(step.azure(), configuration),
  ]);
  await refuseForeignCluster(local, configuration);
});
