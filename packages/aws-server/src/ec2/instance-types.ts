export interface InstanceType {
  name: string;
  vcpus: number;
  memoryMib: number;
  interfaces: number;
  addressesPerInterface: number;
}

const gib = 1024;
const row = (name: string, vcpus: number, memoryGib: number, interfaces: number, addresses: number): InstanceType => ({
  name,
  vcpus,
  memoryMib: memoryGib * gib,
  interfaces,
  addressesPerInterface: addresses,
});

/** Types that people give small clusters; a node group may name any other, too. */
export const instanceTypes: readonly InstanceType[] = [
  row('t2.micro', 1, 1, 2, 2),
  row('t2.small', 1, 2, 3, 4),
  row('t2.medium', 2, 4, 3, 6),
  row('t2.large', 2, 8, 3, 12),
  row('t3.micro', 2, 1, 2, 2),
  row('t3.small', 2, 2, 3, 4),
  row('t3.medium', 2, 4, 3, 6),
  row('t3.large', 2, 8, 3, 12),
  row('t3.xlarge', 4, 16, 4, 15),
  row('t3a.medium', 2, 4, 3, 6),
  row('t4g.medium', 2, 4, 3, 6),
  row('m5.large', 2, 8, 3, 10),
  row('m5.xlarge', 4, 16, 4, 15),
  row('m6i.large', 2, 8, 3, 10),
  row('c5.large', 2, 4, 3, 10),
];
