import type * as EC2 from '@aws-sdk/client-ec2';
import { expect, test, vi } from 'vitest';
import type { Context } from '../context.ts';
import type { ServiceParts } from '../service.ts';
import { rerouting } from './rerouting.ts';

const parts = {
  handlers: {
    DeleteRoute: () => ({}),
    ReplaceRoute: () => Promise.reject(new Error('no such route')),
    DescribeRouteTables: () => ({ RouteTables: [] }),
  },
  rules: {},
} as unknown as ServiceParts<typeof EC2>;

test.each([
  { name: 'DeleteRoute', what: 'changes the way of the connections under way', times: 1 },
  { name: 'ReplaceRoute', what: 'fails and changes nothing', times: 0 },
  { name: 'DescribeRouteTables', what: 'changes nothing', times: 0 },
])('$name: $what', async ({ name, times }) => {
  const reroute = vi.fn();
  const handlers = rerouting(parts).handlers as Record<string, (input: object, context: Context) => unknown>;
  const call = async () => handlers[name]!({}, { world: { fabric: { reroute } } } as unknown as Context);
  await call().catch(() => {});
  expect(reroute).toHaveBeenCalledTimes(times);
});
