import type { HostClient } from '../tabs/host-client.ts';
import type { FormerStanding } from '../tabs/host-service.ts';
import { element } from '../ui/element.ts';

export interface FormerOfferOptions {
  readonly client: Pick<HostClient, 'call'>;
  /** this page's user; '' is nobody, who takes nothing over */
  readonly user: string;
  onError(error: unknown): void;
}

/** Whether this browser has a database of ours under another name; one that does not tell, or keeps nothing, has none. */
async function hasOthers(user: string): Promise<boolean> {
  // That storage is refused is a notice of its own.
  const found = (await indexedDB.databases?.().catch(() => [])) ?? [];
  return found.some(({ name = '' }) => name.startsWith('testudo-') && name !== `testudo-${user}`);
}

/** Which models' objects, and how many; '' for none. A model's name has no plural that we know. */
export function formerWords({ objects }: FormerStanding): string {
  return Object.entries(objects)
    .map(([modelName, count]) => `${modelName} (${count})`)
    .join(', ');
}

/**
 * A place that offers, while there is something, to take over what was made in this browser before its user signed in.
 * Never done unasked. What could not be recorded here stays where it is, and is said.
 */
export function formerOffer({ client, user, onError }: FormerOfferOptions): HTMLElement {
  const place = element('div', { attributes: { 'data-testid': 'former' } });
  const ask = async (act: 'look' | 'take'): Promise<void> => {
    const standing = await client.call((host) => host.former(act));
    const words = formerWords(standing);
    const failed = standing.notTaken.map(
      ({ modelName, id, error }) => `${modelName} ${id.slice(-6)}: ${error.message}`,
    );
    const taken = act === 'take' && words === '' ? ['It is yours now. What the server refuses is listed here.'] : [];
    const lines = [...taken, ...failed].map((text) => element('p', { class: 't-small', text }));
    place.replaceChildren(...(words === '' ? [] : offer(words)), ...lines);
  };
  const begin = (act: 'look' | 'take') => void ask(act).catch(onError);
  function offer(words: string): readonly HTMLElement[] {
    const attributes = { type: 'button' };
    const text = `In this browser there is: ${words}. Taken over, it is sent as yours; its history stays behind.`;
    return [
      element('h3', { text: 'Made before you signed in' }),
      element('p', { text }),
      element('button', {
        class: 't-button t-button--small',
        text: 'Take over',
        attributes,
        onClick: () => begin('take'),
      }),
    ];
  }
  if (user !== '') hasOthers(user).then((isAny) => (isAny ? begin('look') : undefined), onError);
  return place;
}
