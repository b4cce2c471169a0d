import type { Step } from '../../clients/aws/step.ts';
import type { AwsCase } from './types.ts';

const everything = '0.0.0.0/0';
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const permissions = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['ssmmessages:*', 'logs:*', 'ecr:*'], Resource: '*' }],
});
const cluster = '${n}-ecs';
const service = { cluster, service: 'shell-task' };
const role = { RoleName: '${n}-task' };

/** A service with ECS Exec on in a public subnet, running. Also used by cases of the command line. */
export const runningService: readonly Step[] = [
  { call: 'ec2 CreateVpc', input: { CidrBlock: '10.6.0.0/16' }, save: { vpc: 'Vpc.VpcId' } },
  {
    call: 'ec2 CreateSubnet',
    input: { VpcId: '${vpc}', CidrBlock: '10.6.1.0/24' },
    save: { subnet: 'Subnet.SubnetId' },
  },
  { call: 'ec2 CreateInternetGateway', save: { igw: 'InternetGateway.InternetGatewayId' } },
  { call: 'ec2 AttachInternetGateway', input: { InternetGatewayId: '${igw}', VpcId: '${vpc}' } },
  {
    call: 'ec2 DescribeRouteTables',
    input: { Filters: [{ Name: 'vpc-id', Values: ['${vpc}'] }] },
    save: { table: 'RouteTables.0.RouteTableId' },
  },
  {
    call: 'ec2 CreateRoute',
    input: { RouteTableId: '${table}', DestinationCidrBlock: everything, GatewayId: '${igw}' },
  },
  {
    call: 'ec2 CreateSecurityGroup',
    input: { GroupName: 'tasks', Description: 'tasks', VpcId: '${vpc}' },
    save: { group: 'GroupId' },
  },
  { call: 'iam CreateRole', input: { ...role, AssumeRolePolicyDocument: trust }, save: { role: 'Role.Arn' } },
  { call: 'iam PutRolePolicy', input: { ...role, PolicyName: 'all', PolicyDocument: permissions } },
  { call: 'logs CreateLogGroup', input: { logGroupName: '/ecs/${n}' } },
  {
    call: 'ecs CreateCluster',
    input: { clusterName: cluster, tags: [{ key: 'ecs.solo.io/discovery-enabled', value: 'true' }] },
    save: { clusterArn: 'cluster.clusterArn' },
  },
  {
    call: 'ecs RegisterTaskDefinition',
    input: {
      family: '${n}-shell',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      taskRoleArn: '${role}',
      executionRoleArn: '${role}',
      containerDefinitions: [
        {
          name: 'shell',
          image: 'public.ecr.aws/j8r2p7b6/curl:latest',
          essential: true,
          command: ['sleep', '3600'],
          logConfiguration: {
            logDriver: 'awslogs',
            options: { 'awslogs-group': '/ecs/${n}', 'awslogs-region': '${region}', 'awslogs-stream-prefix': 'shell' },
          },
        },
      ],
    },
    save: { definition: 'taskDefinition.taskDefinitionArn' },
  },
  {
    call: 'ecs CreateService',
    input: {
      cluster,
      serviceName: 'shell-task',
      taskDefinition: '${n}-shell',
      desiredCount: 1,
      launchType: 'FARGATE',
      enableExecuteCommand: true,
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ['${subnet}'], securityGroups: ['${group}'], assignPublicIp: 'ENABLED' },
      },
    },
  },
  { call: 'ecs wait ServicesStable', input: { cluster, services: ['shell-task'] } },
  { call: 'ecs ListTasks', input: { cluster, serviceName: 'shell-task' }, save: { task: 'taskArns.0' } },
];

export const serviceGone: readonly Step[] = [
  { call: 'ecs DeleteCluster', input: { cluster }, fails: 'ClusterContainsServicesException' },
  { call: 'ecs DeleteService', input: service, fails: 'InvalidParameterException' },
  { call: 'ecs UpdateService', input: { ...service, desiredCount: 0 } },
  { call: 'ecs DeleteService', input: { ...service, force: true } },
  { call: 'ecs wait ServicesInactive', input: { cluster, services: ['shell-task'] } },
  { call: 'ecs DeleteCluster', input: { cluster }, expect: { cluster: { status: 'INACTIVE' } } },
  {
    call: 'ecs DeregisterTaskDefinition',
    input: { taskDefinition: '${definition}' },
    expect: { taskDefinition: { status: 'INACTIVE' } },
  },
  { call: 'logs DeleteLogGroup', input: { logGroupName: '/ecs/${n}' } },
  { call: 'iam DeleteRolePolicy', input: { ...role, PolicyName: 'all' } },
  { call: 'iam DeleteRole', input: role },
];

export const containerCases: readonly AwsCase[] = [
  {
    area: 'ecs',
    name: 'service: runs, is described, and goes, with the errors on the way',
    steps: [
      {
        call: 'ecs DescribeClusters',
        input: { clusters: [cluster] },
        expect: { clusters: [], failures: [{ reason: 'MISSING' }] },
      },
      ...runningService,
      {
        call: 'ecs DescribeTasks',
        input: { cluster, tasks: ['${task}'] },
        expect: {
          tasks: [
            {
              lastStatus: 'RUNNING',
              enableExecuteCommand: true,
              containers: [{ name: 'shell', lastStatus: 'RUNNING' }],
            },
          ],
        },
      },
      {
        call: 'ecs ListTagsForResource',
        input: { resourceArn: '${clusterArn}' },
        expect: { tags: [{ key: 'ecs.solo.io/discovery-enabled', value: 'true' }] },
      },
      {
        call: 'ecs ExecuteCommand',
        input: { cluster, task: '${task}', container: 'nobody', interactive: true, command: 'ls' },
        fails: 'ClientException',
      },
      {
        call: 'ecs DescribeServices',
        input: { cluster, services: ['shell-task', 'nobody'] },
        expect: {
          services: [{ runningCount: 1, deployments: [{ status: 'PRIMARY' }] }],
          failures: [{ reason: 'MISSING' }],
        },
      },
      { call: 'logs DescribeLogStreams', input: { logGroupName: '/ecs/${n}' }, expect: { logStreams: [{}] } },
      ...serviceGone,
    ],
  },
];
