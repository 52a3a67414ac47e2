/** One tab of a browser under test. Its scripts run in the page and see nothing of the test's but their arguments. */
export interface Tab {
  open(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Brings the tab to the front: a hidden one draws no frames. */
  show(): Promise<void>;
  click(selector: string): Promise<void>;
  /** Replaces the text of a field by keystrokes. */
  type(selector: string, text: string): Promise<void>;
  evaluate<Result, Args extends readonly unknown[]>(
    script: (...args: Args) => Result | Promise<Result>,
    ...args: Args
  ): Promise<Result>;
  close(): Promise<void>;
}

/** One browser with a profile of its own. */
export interface Session {
  /** as the browser tells it */
  readonly version: string;
  newTab(): Promise<Tab>;
  close(): Promise<void>;
}

/** A browser engine that this machine can run. */
export interface Engine {
  readonly name: string;
  /** why it cannot load the shell a second time in one profile; `null`: it can */
  readonly noSecondLoad: string | null;
  /** Starts a browser with an empty profile. */
  openSession(): Promise<Session>;
  close(): Promise<void>;
}
