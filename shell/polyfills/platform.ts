/** Of elements, fragments and documents, from Chromium 86. */
export const parentMethods = {
  replaceChildren(this: ParentNode & Node, ...nodes: (Node | string)[]): void {
    while (this.lastChild) this.removeChild(this.lastChild);
    this.append(...nodes);
  },
};

/** `AbortSignal.reason`, from Chromium 98: what `abort` was given, or an `AbortError`. */
export function addAbortReason(): void {
  if ('reason' in AbortSignal.prototype) return;
  const reasons = new WeakMap<AbortSignal, unknown>();
  const { abort } = AbortController.prototype;
  AbortController.prototype.abort = function abortWith(reason?: unknown): void {
    if (!this.signal.aborted) {
      reasons.set(this.signal, reason ?? new DOMException('the operation was given up', 'AbortError'));
    }
    abort.call(this);
  };
  Object.defineProperty(AbortSignal.prototype, 'reason', {
    configurable: true,
    get(this: AbortSignal) {
      return reasons.get(this);
    },
  });
}
