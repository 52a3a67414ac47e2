/** How long a message stays in the region: longer than a screen reader needs to take it up. */
const stayMs = 8000;

/** Reads messages to screen readers, one after another, through a polite live region. */
export function createAnnouncer(region: HTMLElement): (message: string) => void {
  return (message) => {
    const line = document.createElement('p');
    line.textContent = message;
    region.append(line);
    setTimeout(() => line.remove(), stayMs);
  };
}
