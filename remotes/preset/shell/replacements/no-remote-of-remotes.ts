/** Takes the place of what a remote would need to consume other remotes; the preset builds them without. */
export const remotes = undefined;
