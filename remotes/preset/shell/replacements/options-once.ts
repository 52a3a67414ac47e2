/**
 * Takes the place of Module Federation's second look at what a remote consumes and provides: the entry of a remote has
 * handed over all of it when it starts, and gets no more of it later.
 */
function nothingNew(): void {}

export { nothingNew as updateConsumeOptions, nothingNew as updateRemoteOptions };
