import { runScript } from './realm-scripts.ts';

// Imported first by the realm's worker: nothing of the program may run before the language is frozen.
runScript('lockdown.js');
