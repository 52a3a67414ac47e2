import { toWire } from '@testudo/fabric/error';

import type { HostTold } from '../tabs/wire.ts';
import { changes } from '../ui/changes.ts';
import { frameElement } from '../ui/element.ts';
import type { SystemUi } from '../ui/system-ui.ts';
import { statusFor } from './status-holder.ts';
import type { StatusHolder } from './status-holder.ts';

export interface UserWordsOptions {
  readonly ui: Pick<SystemUi, 'notices'>;
  /** this page's user */
  readonly user: string;
  readonly holder: StatusHolder;
  signIn(user: string): Promise<void>;
}

/** What has to be said about users: whose the session is, what waits for whom, what is lost. */
export interface UserWords {
  /** What the host tells every tab. */
  told(told: HostTold): void;
  /** Whose the session is by now. */
  session(user: string): void;
  /** Signs in as somebody else; asks before when something of this user has not been sent. */
  switchTo(user: string): void;
  /** This tab may not lead, because it is of an older version. */
  outdated(): void;
  /** The program that keeps this page's data has not come, or has come after that. */
  missing(isMissing: boolean): void;
}

const missingWords =
  'What keeps your data on this page could not be loaded: nothing new can be shown or saved. Check the network; it goes on by itself';

const reload = { label: 'Reload', run: (): void => location.reload() };

/** Notices, in plain words. */
export function userWords({ ui, user: me, holder, signIn }: UserWordsOptions): UserWords {
  const { notices } = ui;
  function session(user: string): void {
    const found = user === me ? null : user;
    if (holder.otherUser === found) return;
    holder.otherUser = found;
    holder.status = statusFor(holder.status, holder);
    holder.onChange?.();
    notices.hide('session');
    if (found === null) return;
    const now = found === '' ? 'You are signed out' : `You are signed in as ${found} in another tab`;
    const text = `${now}. ${me === '' ? 'Unsent changes' : `Changes of ${me}`} wait until ${me || 'nobody'} signs in again`;
    notices.show({ key: 'session', tone: 'warn', text, act: reload });
  }
  function cleared(unsent: number): void {
    const text =
      unsent > 0
        ? `This browser's storage was cleared; what had not been sent (${changes(unsent)}) is gone`
        : "This browser's storage was cleared; everything had been sent, and comes back from the server";
    notices.show({ key: 'cleared', tone: unsent > 0 ? 'bad' : 'warn', text });
  }
  return {
    session,
    told: (told) => (told.type === 'session' ? session(told.user) : cleared(told.unsent)),
    switchTo(user) {
      const failed = (error: unknown): void => {
        const text = `You are still signed in as ${me || 'nobody'}: ${toWire(error).message}`;
        notices.show({ key: 'switch', tone: 'bad', text });
      };
      const run = (): void => void signIn(user).catch(failed);
      const pending = 'pending' in holder.status ? holder.status.pending : 0;
      if (pending === 0) {
        run();
        return;
      }
      const text = `${changes(pending)} of ${me} not sent yet: kept on this device until ${me} signs in again`;
      notices.show({ key: 'switch', tone: 'warn', text, act: { label: `Switch to ${user}`, run } });
    },
    missing(isMissing) {
      holder.isMissing = isMissing;
      if (holder.onChange) holder.onChange();
      else frameElement('status').textContent = isMissing ? 'Not running' : 'Starting';
      if (isMissing) notices.show({ key: 'missing', tone: 'warn', text: missingWords });
      else notices.hide('missing');
    },
    outdated() {
      const text = 'This tab is of an older version than the others; reload it to go on working';
      notices.show({ key: 'outdated', tone: 'warn', text, act: reload });
    },
  };
}
