import { scrub, scrubText } from './scrub.ts';
import { tarGzip } from './tar.ts';

/** An archive (`.tar.gz`) of data and texts without secrets, all in one folder. */
export function scrubbedArchive(folder: string, files: Readonly<Record<string, unknown>>, modifiedMs: number): Buffer {
  const shown = (content: unknown) =>
    typeof content === 'string' ? scrubText(content) : `${JSON.stringify(scrub(content), null, 2)}\n`;
  const entries = Object.entries(files).map(([path, content]) => ({ path: `${folder}/${path}`, text: shown(content) }));
  return tarGzip(entries, modifiedMs);
}
