import { way } from './order-way.ts';
import type { WayStep } from './order-way.ts';

interface StepChoiceProps {
  /** of the radio buttons, one for each use on a page */
  readonly name: string;
  readonly legend: string;
  readonly step: WayStep;
  readonly onChoose: (step: WayStep) => void;
}

/** One of the five steps of an order's way, to be chosen. */
export function StepChoice({ name, legend, step, onChoose }: StepChoiceProps) {
  return (
    <fieldset className="proof-choice">
      <legend className="t-visually-hidden">{legend}</legend>
      {way.map((each) => (
        <label key={each.port}>
          <input
            type="radio"
            name={name}
            value={each.port}
            checked={each.port === step.port}
            onChange={() => onChoose(each)}
          />
          {each.verb}
        </label>
      ))}
    </fieldset>
  );
}
