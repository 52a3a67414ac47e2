import 'ses';

/**
 * Freezes the language's own objects and switches `eval` and `Function` off, for the whole thread and for good.
 * It must run before any other code of a realm. @throws when the engine's objects are not the ones it knows
 */
export function lockDown(): void {
  lockdown({
    evalTaming: 'no-eval',
    overrideTaming: 'severe',
    consoleTaming: 'unsafe',
    errorTrapping: 'none',
    unhandledRejectionTrapping: 'none',
    reporting: 'none',
  });
}
