import { markup, type Part } from '../markup.ts';
import type { FailureReport } from '../report.ts';

/** Why something failed, as people read it. */
export function failure(found: FailureReport | undefined): Part {
  if (!found) return undefined;
  const { text, code, issue } = found;
  return markup`<div class="failure"><pre>${text}</pre><p class="quiet"><code>${code}</code>${issue !== undefined && markup`, known issue <b>${issue}</b>`}</p></div>`;
}
