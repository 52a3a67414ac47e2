import { normalise } from '@testudo/fabric/spec/legacy/normalise';

import { bringPart } from './bring-part.ts';

bringPart<'realm-legacy'>({ normalise });
