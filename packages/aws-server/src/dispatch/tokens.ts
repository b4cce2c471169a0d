import type { Context } from '../context.ts';
import type { Operation, Service } from '../service.ts';
import type { Values } from '../wire/index.ts';

export interface TokenCall {
  service: Service;
  operation: Operation;
  input: Values;
  context: Context;
}

/** Remembers what calls with an idempotency token answered: a repeated call gets the same answer and does nothing. */
export class Tokens {
  readonly #answers = new Map<string, Promise<Values>>();
  readonly #limit = 1000;

  async once({ service, operation, input, context }: TokenCall, run: () => Promise<Values>): Promise<Values> {
    const { account, region } = context;
    const token = operation.idempotencyToken === undefined ? undefined : input[operation.idempotencyToken];
    if (typeof token !== 'string') return run();
    const key = [service.name, operation.name, account, region, token].join('/');
    const found = this.#answers.get(key);
    if (found) return found;
    const answer = run();
    this.#remember(key, answer);
    return answer;
  }

  /** A failed call may be tried again. */
  #remember(key: string, answer: Promise<Values>): void {
    this.#answers.set(key, answer);
    answer.catch(() => this.#answers.delete(key));
    const oldest = this.#answers.keys().next().value;
    if (this.#answers.size > this.#limit && oldest !== undefined) this.#answers.delete(oldest);
  }
}
