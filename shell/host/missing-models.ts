import { hasCode, TestudoError } from '@testudo/fabric/error';
import type { RunningHost } from '@testudo/fabric/host/host-options';
import type { Platform } from '@testudo/fabric/platform';

import type { StorageTroubles } from './storage-troubles.ts';

type Troubles = Pick<StorageTroubles, 'note' | 'mended'>;

/** How long calls wait for the models of a host that starts. */
const patienceMs = 10_000;

function note(troubles: Troubles): void {
  const text =
    'A part of this page could not be loaded: not everything can be shown or changed. Check the network; it goes on by itself';
  troubles.note('programs', new TestudoError('UNAVAILABLE', text));
}

/** A host of which the user is told while the program that runs models has not come. */
export function notingMissing(
  host: Pick<RunningHost, 'useSnapshot' | 'inspect' | 'on'>,
  troubles: Troubles,
): Pick<RunningHost, 'useSnapshot' | 'inspect'> {
  host.on(({ type }) => void (type === 'snapshot' && troubles.mended('programs')));
  return {
    inspect: () => host.inspect(),
    async useSnapshot(snapshot) {
      try {
        await host.useSnapshot(snapshot);
      } catch (error) {
        // The loss of a realm to its builds names them.
        if (hasCode(error) && error.code === 'REALM_LOST' && error.data === undefined) note(troubles);
        throw error;
      }
    },
  };
}

/** Waits for the models ten seconds at most: a program that hangs must not keep calls from being told that it is not here. */
export function modelsOrPatience(
  started: Promise<void>,
  platform: Pick<Platform, 'timer'>,
  troubles: Troubles,
): Promise<void> {
  return new Promise((resolve) => {
    const late = platform.timer(patienceMs, () => {
      note(troubles);
      resolve();
    });
    void started.then(() => {
      late.dispose();
      resolve();
    });
  });
}
