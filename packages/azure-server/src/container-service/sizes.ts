export interface VmSize {
  name: string;
  /** What quotas are given for: `standardDSv2Family`. */
  family: string;
  cores: number;
  memoryGib: number;
}

const size = (name: string, cores: number, memoryGib: number): VmSize => ({
  name,
  family: familyOf(name),
  cores,
  memoryGib,
});

/** `Standard_DS3_v2` → `standardDSv2Family`, `Standard_D2as_v5` → `standardDASv5Family`. */
function familyOf(name: string): string {
  const [, kind = '', more = '', version = ''] = /^Standard_([A-Z]+)\d+m?([a-z]*)(?:_(v\d+))?$/.exec(name) ?? [];
  return `standard${kind}${more.toUpperCase()}${version}Family`;
}

/** Sizes of virtual machines that nodes may have; Azure has hundreds. */
export const vmSizes: readonly VmSize[] = [
  size('Standard_B1s', 1, 1),
  size('Standard_B2s', 2, 4),
  size('Standard_B2ms', 2, 8),
  size('Standard_B4ms', 4, 16),
  size('Standard_D2s_v3', 2, 8),
  size('Standard_D4s_v3', 4, 16),
  size('Standard_D8s_v3', 8, 32),
  size('Standard_D2s_v5', 2, 8),
  size('Standard_D4s_v5', 4, 16),
  size('Standard_D2as_v5', 2, 8),
  size('Standard_D2ds_v5', 2, 8),
  size('Standard_D4ds_v5', 4, 16),
  size('Standard_DS2_v2', 2, 7),
  size('Standard_DS3_v2', 4, 14),
  size('Standard_DS4_v2', 8, 28),
  size('Standard_E2s_v5', 2, 16),
  size('Standard_F2s_v2', 2, 4),
  size('Standard_F4s_v2', 4, 8),
];

export const findSize = (name: string): VmSize | undefined =>
  vmSizes.find((each) => each.name.toLowerCase() === name.toLowerCase());
