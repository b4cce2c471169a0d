import type { ServiceEntryPort } from '../objects.ts';

const protocols = new Set(['http', 'http2', 'https', 'grpc', 'tcp', 'tls']);
const isPort = (port: number) => Number.isInteger(port) && port > 0 && port < 65_536;

/**
 * The tag `ecs.solo.io/ports`: `proto:port[:targetPort]` separated by `/`, for example `http:80:8080/tcp:9090`.
 * @throws Error that names the part that is wrong.
 */
export function parsePorts(text: string): ServiceEntryPort[] {
  const ports = text.split('/').map(parsePort);
  const twice = ports.find(({ number }, index) => ports.findIndex((other) => other.number === number) !== index);
  if (twice) throw new Error(`port ${twice.number} is given twice`);
  return ports;
}

function parsePort(part: string): ServiceEntryPort {
  const [protocol = '', port = '', target, ...rest] = part.split(':');
  const number = Number(port);
  const targetPort = target === undefined ? undefined : Number(target);
  if (!protocols.has(protocol.toLowerCase()) || !isPort(number) || rest.length > 0)
    throw new Error(`"${part}" is not proto:port[:targetPort]`);
  if (targetPort !== undefined && !isPort(targetPort)) throw new Error(`"${part}" is not proto:port[:targetPort]`);
  return portOf(protocol, number, targetPort);
}

export const portOf = (protocol: string, number: number, targetPort?: number): ServiceEntryPort => ({
  number,
  name: `${protocol.toLowerCase()}-${number}`,
  protocol: protocol.toUpperCase(),
  ...(targetPort === undefined || targetPort === number ? {} : { targetPort }),
});

interface PortMapping {
  containerPort?: number | undefined;
  protocol?: string | undefined;
  appProtocol?: string | undefined;
}

/** Ports from a task definition's mappings (TCP only); `http:80` when it has none. */
export function mappedPorts(mappings: readonly PortMapping[]): ServiceEntryPort[] {
  const ports = new Map<number, ServiceEntryPort>();
  for (const { containerPort, protocol = 'tcp', appProtocol = 'tcp' } of mappings) {
    if (containerPort !== undefined && protocol === 'tcp') ports.set(containerPort, portOf(appProtocol, containerPort));
  }
  return ports.size === 0 ? [portOf('http', 80)] : [...ports.values()];
}
