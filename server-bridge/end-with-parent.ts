/**
 * Ends this process when the one that started it has gone: its end of our standard input closes, even on SIGKILL.
 * Does nothing unless `TESTUDO_SUPERVISED` is set.
 */
export function endWithParent(end: () => void): void {
  if (!process.env['TESTUDO_SUPERVISED']) return;
  process.stdin.on('end', end);
  process.stdin.on('error', end);
  process.stdin.resume();
}
