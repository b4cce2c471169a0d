const gibibyte = 1024;

/** From, to and step in MiB. */
const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);

/** Fargate's task sizes: CPU units → memory in MiB. */
const sizes: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, gibibyte, 2 * gibibyte]],
  [512, range(gibibyte, 4 * gibibyte, gibibyte)],
  [1024, range(2 * gibibyte, 8 * gibibyte, gibibyte)],
  [2048, range(4 * gibibyte, 16 * gibibyte, gibibyte)],
  [4096, range(8 * gibibyte, 30 * gibibyte, gibibyte)],
  [8192, range(16 * gibibyte, 60 * gibibyte, 4 * gibibyte)],
  [16_384, range(32 * gibibyte, 120 * gibibyte, 8 * gibibyte)],
]);

/** `256` or `.25 vCPU`; `512` or `0.5 GB`. NaN for anything else. */
export function cpuUnits(text: string): number {
  const virtual = /^([\d.]+)\s*vcpu$/i.exec(text);
  return virtual ? Number(virtual[1]) * 1024 : Number(text);
}

export function memoryMebibytes(text: string): number {
  const gigabytes = /^([\d.]+)\s*gb$/i.exec(text);
  return gigabytes ? Number(gigabytes[1]) * gibibyte : Number(text);
}

export const isFargateSize = (cpu: string, memory: string): boolean =>
  sizes.get(cpuUnits(cpu))?.includes(memoryMebibytes(memory)) ?? false;
