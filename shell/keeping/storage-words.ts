import type { StorageStanding } from '@testudo/fabric/app-sync';

const units = ['bytes', 'kB', 'MB', 'GB'] as const;

/** A number of bytes as it is read: at most three digits, decimal units. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** What the browser keeps for this site, in sentences; none where it does not tell. */
export function storageWords({ usage, quota, persisted }: StorageStanding): readonly string[] {
  const size =
    usage === null ? [] : [`Uses ${bytesText(usage)}${quota === null ? '' : ` of about ${bytesText(quota)}`} here.`];
  if (persisted === null) return size;
  const keeps = persisted
    ? 'The browser keeps it until you clear it.'
    : 'The browser may remove it when the device is short of space.';
  return [...size, keeps];
}
