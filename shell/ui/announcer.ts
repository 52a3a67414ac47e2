/** Reads messages to screen readers, one after another, through a polite live region. */
export function createAnnouncer(region: HTMLElement): (message: string) => void {
  return (message) => {
    const line = document.createElement('p');
    line.textContent = message;
    region.replaceChildren(line);
  };
}
