/**
 * ECS Exec loses the exit status of the command, and its terminal merges both outputs. So the command runs in a shell
 * that prints the status after a mark.
 */
export interface WrappedCommand {
  /** To be given to ExecuteCommand. */
  command: string;
  /** @throws Error when the mark isn't in the output, that is when the shell was ended before it could print it. */
  parse(output: string): { output: string; exitCode: number };
}

export function withStatus(script: string, mark: string): WrappedCommand {
  return {
    command: `sh -c ${quoted(`${script}; printf '\\n${mark}%s\\n' "$?"`)}`,
    parse(output) {
      const text = output.replaceAll('\r\n', '\n');
      const found = new RegExp(`\\n${mark}(\\d+)`).exec(text);
      if (!found)
        throw new Error(
          `the command was ended before it could report its status; it wrote: ${text.slice(-200).trim()}`,
        );
      return { output: text.slice(0, found.index), exitCode: Number(found[1]) };
    },
  };
}

/** For a POSIX shell, also when the text has quotes of its own. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
