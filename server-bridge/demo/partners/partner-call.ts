/** The businesses that an order's ports speak to: a process each. */
export const partnerNames = ['warehouse', 'carrier', 'bank'] as const;
export type PartnerName = (typeof partnerNames)[number];

/** How a call goes wrong: with 503, without any answer, or done with its answer lost. */
export type Mishap = 'refused' | 'unanswered' | 'lost';

/** One line of a partner's log: a call with its idempotency key, and what it did. */
export interface PartnerCall {
  readonly atMs: number;
  /** what was asked for: the call's path, as `/picks` */
  readonly act: string;
  readonly key: string;
  /**
   * `first`: it was done; `undone`: what was done was taken back; `repeated`: the former answer was given again;
   * `refused`, `unanswered`: nothing was done
   */
  readonly effect: 'first' | 'undone' | 'repeated' | Exclude<Mishap, 'lost'>;
  readonly orderId: string;
}

/** Whether a word names a mishap. */
export function isMishap(word: unknown): word is Mishap {
  return word === 'refused' || word === 'unanswered' || word === 'lost';
}
