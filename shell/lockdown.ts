import { lockDown } from '@testudo/fabric/realm/lock-down';

import { hideOddFunctions } from './odd-functions.ts';

const putBack = hideOddFunctions(self);
lockDown();
putBack();
