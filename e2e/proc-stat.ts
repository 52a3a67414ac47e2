import { readdirSync, readFileSync } from 'node:fs';

const TICK_MS = 10;

/** Processor time that a process has taken, milliseconds; 0 when it has ended. @see proc_pid_stat(5), fields 14, 15 */
export function processorMs(pid: number): number {
  const fields = statOf(pid);
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_MS;
}

/** The process that a process came of; 0 when it has ended. @see proc_pid_stat(5), field 4 */
export function parentOf(pid: number): number {
  return Number(statOf(pid)[1] ?? 0);
}

/** The processes of a group that run; one that has ended and is not yet buried does not. @see proc_pid_stat(5), fields 3, 5 */
export function runningInGroup(group: number): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
    .filter((pid) => {
      const [state = 'X', , of] = statOf(pid);
      return Number(of) === group && !/^[XZ]/.test(state);
    });
}

/** The fields after a process's name; none when it has ended. */
function statOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  } catch {
    return []; // it has ended
  }
}
