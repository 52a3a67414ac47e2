import { changes } from '../ui/changes.ts';

/** What the browser's removal of a database means. @param hasServer whether another node has what was sent */
export function evictionWords(unsent: number, hasServer: boolean): string {
  const removed = 'Since your last visit this browser removed what it had kept for this site';
  if (!hasServer) return `${removed}. There is no copy elsewhere`;
  if (unsent === 0) return `${removed}. Everything had been sent, and comes back from the server`;
  return `${removed}. What the server had not confirmed (${changes(unsent)}) may be gone`;
}
