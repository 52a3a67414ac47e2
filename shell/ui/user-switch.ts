import { element } from './element.ts';

/** The seeded users of development mode. */
const seededUsers: readonly string[] = ['ada', 'sam'];

export interface UserSwitchOptions {
  readonly user: string;
  readonly mode: 'development' | 'production';
  /** The choice shows the former user until it is so. */
  switchTo(user: string): void;
}

/** Who is signed in; in development mode a choice among the seeded users. */
export function showUser(place: HTMLElement, { user, mode, switchTo }: UserSwitchOptions): void {
  if (mode !== 'development') {
    place.replaceChildren(element('span', { class: 's-user', text: user === '' ? 'Not signed in' : user }));
    return;
  }
  const names = seededUsers.includes(user) || user === '' ? seededUsers : [user, ...seededUsers];
  const options = names.map((name) => element('option', { text: name, attributes: { value: name } }));
  const select = element('select', {
    class: 's-user',
    attributes: { 'aria-label': 'Signed in as' },
    children: options,
  });
  select.value = user;
  select.addEventListener('change', () => {
    const wanted = select.value;
    select.value = user;
    switchTo(wanted);
  });
  place.replaceChildren(select);
}
