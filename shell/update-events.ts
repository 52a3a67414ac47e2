/** The page is there; its detail is a `MountedDetail`. Sent again when the update program says that it has come. */
export const mountedEvent = 'testudo:mounted';
/** The update program has come, perhaps after the page was there. */
export const updateReadyEvent = 'testudo:update-ready';
/** A new version of the shell waits; its detail is a `ShellUpdate`. */
export const updateEvent = 'testudo:shell-update';

/** What the shell hands to its update program. */
export interface MountedDetail {
  /** the service worker's URL, passed by the page's one Trusted Types policy */
  readonly script: string;
  onError(error: unknown): void;
}

/** A version of the shell that waits. */
export interface ShellUpdate {
  /** Has it take over and reloads this page; only reloads when another tab has accepted it before. */
  accept(): void;
}
