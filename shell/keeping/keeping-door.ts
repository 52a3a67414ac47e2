import type { AppEvents, AppModels } from '@testudo/fabric/application';
import type { StorageStanding } from '@testudo/fabric/app-sync';
import type { Platform } from '@testudo/fabric/platform';

import type { StatusHolder } from '../boot/status-holder.ts';
import type { HostClient } from '../tabs/host-client.ts';
import type { Notices } from '../ui/notices.ts';

/** The shell's page is there; its detail is `KeepingParts`. Sent again when the keeping program says that it has come. */
export const keepingWanted = 'testudo:keeping-wanted';
/** The keeping program has come, perhaps after the page was there. */
export const keepingReady = 'testudo:keeping-ready';

/** What the shell hands to the program that says what is kept, sent and refused (`keeping.js`). */
export interface KeepingParts {
  readonly client: HostClient;
  readonly events: AppEvents;
  readonly platform: Platform;
  readonly notices: Notices;
  readonly holder: StatusHolder;
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
  /** this page's user */
  readonly user: string;
  /** whether another node has a copy of what was sent */
  readonly hasServer: boolean;
  readonly frame: (callback: () => void) => void;
  announce(message: string): void;
  /** Takes the program into use; called once. */
  take(keeping: Keeping): void;
}

/** What the keeping program does for applications. */
export interface Keeping extends Pick<AppModels, 'watchSync' | 'onRepair'> {
  storage(): Promise<StorageStanding>;
}
