/** How long a step or a test took; undefined when it did not run to an end. */
export function tookMs({ fromMs, toMs }: { fromMs: number | null; toMs: number | null }): number | undefined {
  return fromMs === null || toMs === null ? undefined : toMs - fromMs;
}
