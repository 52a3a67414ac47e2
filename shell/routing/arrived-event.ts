/** An application, or the card in its place, is on the screen after a change of route; the page is scrolled to its top. */
export const arrivedEvent = 'testudo:arrived';
