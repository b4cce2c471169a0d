// The architecture as a table: what each workspace may import. Checked by `npm run check`; drawn in ARCHITECTURE.md.
const core = '@meshbed/core';
const x509 = '@meshbed/x509';
const policy = '@meshbed/policy';
const hbone = '@meshbed/hbone';
const fabric = '@meshbed/fabric';
const servers = ['@meshbed/aws-server', '@meshbed/azure-server', '@meshbed/kube-server'];
const kubeClient = '@meshbed/kube-client';
const mesh = '@meshbed/mesh';

export const mayImport = {
  [core]: [],
  [x509]: [],
  [policy]: [core],
  [hbone]: [core],
  [fabric]: [core, policy],
  '@meshbed/aws-server': [core, policy, fabric],
  '@meshbed/azure-server': [core, fabric, policy],
  '@meshbed/kube-server': [core, x509],
  [kubeClient]: [core],
  [mesh]: [core, x509, policy, hbone, kubeClient],
  '@meshbed/sandbox': [core, x509, policy, hbone, fabric, mesh, ...servers],
  '@meshbed/clients': [core, kubeClient],
  '@meshbed/stand-ins': [core, '@meshbed/clients'],
  '@meshbed/runner': [core, x509, policy, '@meshbed/clients'],
  meshbed: [core, '@meshbed/clients', '@meshbed/runner', '@meshbed/sandbox'],
  '@meshbed/conformance': [core, '@meshbed/clients', '@meshbed/runner', '@meshbed/sandbox'],
};

/** What tests may import in addition: certificates for servers and proxies under test; clients that attack the mesh. */
export const testsMayImport = { default: [x509], meshbed: [x509, mesh] };
