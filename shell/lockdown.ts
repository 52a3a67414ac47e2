import { lockDown } from '@testudo/fabric/realm/lock-down';

lockDown();
