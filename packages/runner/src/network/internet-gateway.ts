import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  DescribeInternetGatewaysCommand,
  type InternetGateway,
} from '@aws-sdk/client-ec2';
import type { AwsClients } from '@meshbed/clients/aws';
import { ownedAs, tagged } from '../aws/tags.ts';
import type { StepContext } from '../steps/types.ts';

export interface WantedInternetGateway {
  name: string;
  vpcId: string;
}

/** Returns its id when it is attached. */
export async function ensureInternetGateway(
  step: StepContext,
  { ec2 }: AwsClients,
  { name, vpcId: VpcId }: WantedInternetGateway,
): Promise<string> {
  const attach = async (gateway: InternetGateway) => {
    await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: gateway.InternetGatewayId, VpcId }));
    return gateway;
  };
  const { InternetGatewayId = '' } = await step.ensure<InternetGateway>({
    kind: 'Internet gateway',
    name,
    async find() {
      const Filters = ownedAs(name, step.configuration);
      return (await ec2.send(new DescribeInternetGatewaysCommand({ Filters }))).InternetGateways?.[0];
    },
    differs: ({ Attachments = [] }) =>
      Attachments.some((to) => to.VpcId === VpcId) ? undefined : 'it is not attached',
    async create() {
      const TagSpecifications = tagged('internet-gateway', name, step.configuration);
      const { InternetGateway: gateway } = await ec2.send(new CreateInternetGatewayCommand({ TagSpecifications }));
      return attach(gateway as InternetGateway);
    },
    update: attach,
  });
  return InternetGatewayId;
}
