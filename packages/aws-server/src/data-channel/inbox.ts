import type { ChannelMessage } from './message.ts';

const mostBuffered = 10_000;

/** Puts a peer's data frames into sequence. */
export class Inbox {
  #expected = 0;
  readonly #early = new Map<number, ChannelMessage>();

  /**
   * `acknowledge`: whether the sender may forget the frame; `deliver`: what is now in order, oldest first. A repeated
   * frame is acknowledged again (its acknowledgement was lost) and not delivered; one too far ahead is not acknowledged,
   * so that it comes again.
   */
  accept(message: ChannelMessage): { acknowledge: boolean; deliver: ChannelMessage[] } {
    if (message.sequence < this.#expected) return { acknowledge: true, deliver: [] };
    if (message.sequence > this.#expected && this.#early.size >= mostBuffered)
      return { acknowledge: false, deliver: [] };
    this.#early.set(message.sequence, message);
    return { acknowledge: true, deliver: this.#inOrder() };
  }

  #inOrder(): ChannelMessage[] {
    const ready: ChannelMessage[] = [];
    for (let next = this.#early.get(this.#expected); next; next = this.#early.get(this.#expected)) {
      this.#early.delete(this.#expected++);
      ready.push(next);
    }
    return ready;
  }
}
