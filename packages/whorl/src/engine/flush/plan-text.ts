// A plan as text that tells all of it: what WHORL_CHECK compares.
// in:  a plan     out: a line for each launch, with its kernel's key, and what happens to memory

import { kernelKey } from '../../ir/key.js';
import { bindingText } from './binding.js';
import type { HostCall, Launch, Plan } from './plan.js';

export function planText({ steps, kept, shares, empty, temporaries }: Plan): string {
  return [
    ...steps.map(stepText),
    `kept ${kept.join()}`,
    `shares ${shares.map(([node, base]) => `${node} of ${base}`).join()}`,
    `empty ${empty.join()}`,
    `temporaries ${temporaries.join()}`,
  ].join('\n');
}

function stepText(step: Launch | HostCall): string {
  const { outputs, frees } = step;
  if (step.kind === 'host') {
    return `host ${outputs.join()} reads ${step.inputs.join()} frees ${frees.join()}`;
  }
  const takes = step.takes.map(
    ({ output, from, isOld }) => `${output} over ${isOld ? 'old ' : ''}${from}`,
  );
  return (
    `launch ${outputs.join()} fresh ${step.fresh.join()} takes ${takes.join()} ` +
    `frees ${frees.join()} ${bindingText(step)}\n  ${kernelKey(step.loaded.kernel)}`
  );
}
