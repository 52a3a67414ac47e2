import { hasCode, TestudoError } from '@testudo/fabric/error';
import type { RunningHost } from '@testudo/fabric/host/host-options';
import type { Disposable } from '@testudo/fabric/plain';
import type { Platform } from '@testudo/fabric/platform';

import type { CatalogFollower } from './follow-catalog.ts';
import type { StorageTroubles } from './storage-troubles.ts';

type Troubles = Pick<StorageTroubles, 'note' | 'mended'>;

/** How long calls wait for the models of a host that starts. */
const patienceMs = 10_000;
const lastRetryMs = 60_000;

function note(troubles: Troubles): void {
  const text =
    'A part of this page could not be loaded: not everything can be shown or changed. Check the network; it goes on by itself';
  troubles.note('programs', new TestudoError('UNAVAILABLE', text));
}

/** Calls back after each snapshot that this host has used: it hears of those of others, too. */
function onUsed(host: Pick<RunningHost, 'on'>, used: () => void): void {
  host.on(({ type, traced }) => void (type === 'snapshot' && !traced && used()));
}

/** A host of which the user is told while the program that runs models has not come. */
export function notingMissing(
  host: Pick<RunningHost, 'useSnapshot' | 'inspect' | 'on'>,
  troubles: Troubles,
): Pick<RunningHost, 'useSnapshot' | 'inspect'> {
  onUsed(host, () => troubles.mended('programs'));
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

/** What models are started with. */
export interface ModelsStart {
  readonly host: Pick<RunningHost, 'on'>;
  readonly catalog: CatalogFollower;
  readonly platform: Pick<Platform, 'timer'>;
  readonly troubles: Troubles;
}

/**
 * Starts the models. Resolves when that has ended, or after ten seconds: a program that hangs must not keep calls from
 * being told that it is not here. The user is told as well, and the catalogue asked for, until models are open.
 */
export function startModels({ host, catalog, platform, troubles }: ModelsStart): Promise<void> {
  return new Promise((resolve) => {
    let patience: Disposable;
    const wait = (delayMs: number): void => {
      patience = platform.timer(delayMs, () => {
        note(troubles);
        resolve();
        wait(Math.min(lastRetryMs, 2 * delayMs));
        void catalog.refresh();
      });
    };
    wait(patienceMs);
    onUsed(host, () => patience.dispose());
    void catalog.start().then(resolve);
  });
}
