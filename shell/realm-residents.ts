import { openResident } from '@testudo/fabric/realm/resident-model';

import { bringPart } from './bring-part.ts';

bringPart<'realm-residents'>({ openResident });
