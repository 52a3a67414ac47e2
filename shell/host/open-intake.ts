import { createAdmission } from '@testudo/fabric/catalog/admission';
import type { AdmissionOptions } from '@testudo/fabric/catalog/admission-api';
import type { AdmittedBuilds } from '@testudo/fabric/catalog/admitted-builds';

import { fetchBytes } from '../boot/fetch-bytes.ts';
import { BuildIntake } from './build-intake.ts';
import type { BuildIntakeOptions } from './build-intake.ts';

export interface IntakeParts
  extends Omit<BuildIntakeOptions, 'admission'>, Pick<AdmissionOptions, 'store' | 'digest' | 'allowsOrigin'> {
  readonly builds: AdmittedBuilds;
}

/** The door of the intake's own program, which a host loads when there is a build that this device does not have. */
export function openIntake(parts: IntakeParts): BuildIntake {
  return new BuildIntake({ ...parts, admission: createAdmission({ ...parts, fetchBytes }, parts.builds) });
}
