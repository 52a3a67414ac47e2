import { hasCode, TestudoError } from '@testudo/fabric/error';

/** The outcome of some work; what fails without a code fails with `INTERNAL`, naming what it was. */
export function coded<T>(what: string, work: Promise<T>): Promise<T> {
  return work.catch((cause: unknown) => {
    if (hasCode(cause)) throw cause;
    throw new TestudoError('INTERNAL', `${what} failed: ${String(cause)}`, { cause });
  });
}

/** As `coded`, or @throws TestudoError `DEADLINE` after `limitMs`, naming what took too long. */
export function within<T>(limitMs: number, what: string, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void =>
      reject(new TestudoError('DEADLINE', `${what} took longer than ${limitMs / 1000} s; try again`));
    const timer = setTimeout(late, limitMs);
    const done = (): void => clearTimeout(timer);
    coded(what, work).then(resolve, reject).then(done, done);
  });
}
