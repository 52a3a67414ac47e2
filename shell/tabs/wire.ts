import type { Principal } from '@testudo/fabric/access/principal';
import type { WireError } from '@testudo/fabric/error';
import type { HostEvent } from '@testudo/fabric/host/host-api';
import type { ShellConfig } from '@testudo/fabric/host/shell-config';

/** The names that the tabs of one user share: data and hosts of different users never meet. */
export interface TabNames {
  /** held by the leading tab */
  readonly lock: string;
  /** `DoorMessage`s between tabs and the leading host */
  readonly door: string;
  /** `HostEvent`s of the leading host */
  readonly events: string;
  /** prefix of one channel a follower */
  readonly endpoint: string;
}

/** The names of one user. */
export function tabNames(user: string): TabNames {
  return {
    lock: `testudo-host-${user}`,
    door: `testudo-door-${user}`,
    events: `testudo-events-${user}`,
    endpoint: `testudo-tab-${user}-`,
  };
}

/**
 * The revision of what a page and its host worker say to each other, and of `HostService`. They come from one build,
 * but a page may be older than the `host.js` that it starts, and of another version than the tab that leads: raise it with
 * every change that the other would not understand.
 */
export const wireRevision = 4;

/** What a tab is told that is of an older revision than its host. */
export const outdatedTab = 'this tab is of an older version than its host; reload it';

/** What followers and the leading host say to each other on the door channel. */
export type DoorMessage =
  /** a follower of this revision asks the host to serve it on the channel `endpoint` */
  | { readonly type: 'join'; readonly endpoint: string; readonly wire: number }
  /** the leading page is alive, and its host is on its way */
  | { readonly type: 'here'; readonly endpoint: string }
  /** the host serves this endpoint, where both are of one revision */
  | { readonly type: 'joined'; readonly endpoint: string; readonly host: string; readonly wire: number }
  /** the leading page is alive, and its host has not come: nobody is served until one is `up` */
  | { readonly type: 'missing' }
  /** another host leads from now on */
  | { readonly type: 'up'; readonly host: string }
  | HostTold;

/** What the leading host tells the users of all its tabs. */
export type HostTold =
  /** the browser's storage was cleared under the former host, with so many changes that had not been sent */
  | { readonly type: 'cleared'; readonly unsent: number }
  /** whose the session is by now: while it is somebody else's, nothing of this host's user is sent */
  | { readonly type: 'session'; readonly user: string };

/** What the leading page tells its host worker. `start` comes first, with the page's own port. */
export type ToHostWorker =
  | {
      readonly type: 'start';
      readonly wire: number;
      readonly host: string;
      readonly config: ShellConfig;
      readonly principal: Principal;
      /** changes not sent when the former host lost its store; `null`: it did not */
      readonly lost: number | null;
    }
  /** answers `realm-wanted`, with the realm's port */
  | { readonly type: 'realm'; readonly id: number }
  /** a realm's worker has failed */
  | { readonly type: 'realm-lost'; readonly id: number; readonly reason: string }
  /** the device's network has come or gone */
  | { readonly type: 'network'; readonly isOnline: boolean };

/** What the host worker asks of the leading page, which alone may start workers. */
export type FromHostWorker =
  | { readonly type: 'realm-wanted'; readonly id: number; readonly name: string }
  | { readonly type: 'realm-ended'; readonly id: number }
  /** `isOver`: a part of its program has not come, without which this host cannot begin */
  | { readonly type: 'failed'; readonly error: WireError; readonly isOver?: boolean }
  /** the page is of another version: this host does nothing */
  | { readonly type: 'refused'; readonly error: WireError }
  /** the store was closed under this host, which is of no use any more */
  | { readonly type: 'store-lost'; readonly unsent: number };

/** What travels on the events channel. */
export type EventMessage = HostEvent;
