import { autoScaling } from './auto-scaling/index.ts';
import { cloudFormation } from './cloudformation/index.ts';
import { ec2 } from './ec2/index.ts';
import { ecs } from './ecs/index.ts';
import { eksAuth } from './eks-auth/index.ts';
import { eks } from './eks/index.ts';
import { elb } from './elb/index.ts';
import { elbv2 } from './elbv2/index.ts';
import { iam } from './iam/index.ts';
import { logs } from './logs/index.ts';
import type { Service } from './service.ts';
import { ssm } from './ssm/index.ts';
import { serviceQuotas } from './service-quotas/index.ts';
import { sts } from './sts/index.ts';
import { tagging } from './tagging/index.ts';

/** Every service of the server. A new one is one line here. */
export const services: readonly Service[] = [
  sts,
  iam,
  ec2,
  elb,
  elbv2,
  autoScaling,
  logs,
  ecs,
  eks,
  eksAuth,
  cloudFormation,
  ssm,
  tagging,
  serviceQuotas,
];
