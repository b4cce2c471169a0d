/** Ports that security groups open, each with the description its rule gets. */
export type NamedPort = readonly [port: number, description: string];

export const hbonePort: NamedPort = [15008, 'HBONE between ztunnels'];
export const xdsPort: NamedPort = [15012, 'istiod through the east-west gateway'];
export const appPorts: readonly NamedPort[] = [
  [8080, 'echo-service'],
  [80, 'shell-task'],
];
