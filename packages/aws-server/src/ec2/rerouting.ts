import type { Context } from '../context.ts';
import type { ServiceParts } from '../service.ts';

type Handler = (input: never, context: Context) => unknown;

/** Operations of which those that change something change the way of the connections under way, too. */
export function rerouting<Sdk>({ handlers, rules }: ServiceParts<Sdk>): ServiceParts<Sdk> {
  const changed = Object.entries(handlers as Record<string, Handler>).map(([name, handler]) => [
    name,
    name.startsWith('Describe') ? handler : followed(handler),
  ]);
  return { handlers: Object.fromEntries(changed) as ServiceParts<Sdk>['handlers'], rules };
}

const followed =
  (handler: Handler): Handler =>
  async (input, context) => {
    const output = await handler(input, context);
    context.world.fabric.reroute();
    return output;
  };
