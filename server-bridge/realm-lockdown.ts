import { lockDown } from '@testudo/fabric/realm/lock-down';

// Imported first by the realm's thread: modules run in the order of their imports, and nothing may run before this.
lockDown();
