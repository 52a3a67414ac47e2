import type { AdmittedBuild, Snapshot } from '@testudo/fabric/catalog/admission-api';
import { hasCode, TestudoError, toWire } from '@testudo/fabric/error';
import type { RunningHost } from '@testudo/fabric/host/host-options';

/** One switch of the host, and what it is made for. */
export interface Switch {
  readonly host: Pick<RunningHost, 'useSnapshot'>;
  readonly former: Snapshot;
  readonly wanted: Snapshot;
  /** the build that the switch is made for; only its failure counts */
  readonly build: AdmittedBuild;
  onError(error: unknown): void;
}

/**
 * Has the host run another snapshot, for the sake of one build. If the host cannot run that build it goes back to the
 * former snapshot; failures of others were there before, and are reported.
 * @throws TestudoError `ADMISSION_FAILED` with the build's own code in its data
 */
export async function switchHost({ host, former, wanted, build, onError }: Switch): Promise<void> {
  try {
    await host.useSnapshot(wanted);
  } catch (cause) {
    if (!concerns(cause, build.remote.name)) {
      onError(cause);
      return;
    }
    try {
      await host.useSnapshot(former);
    } catch (error) {
      onError(error);
    }
    const { code, message } = toWire(cause);
    throw new TestudoError(
      'ADMISSION_FAILED',
      `the host cannot run ${build.remote.name} ${build.remote.build}: ${message}`,
      { cause, data: { code } },
    );
  }
}

/** Whether a failed switch is about this remote: the host names those that failed; if it names none, it is about all. */
function concerns(error: unknown, name: string): boolean {
  const remotes: unknown = hasCode(error) ? error.data?.['remotes'] : undefined;
  return !Array.isArray(remotes) || remotes.includes(name);
}
