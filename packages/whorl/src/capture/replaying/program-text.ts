// All that a replay does, as a text: for comparing a recording
// with one that is made anew (WHORL_CHECK=1).
// in:  a program     out: its graph, kernels, what they are bound to, where results go

import { kernelKey } from '../../ir/key.js';
import type { Action, Program } from './program.js';

export function textOfProgram(program: Program): string {
  const { graph, actions, inputs, draws, lives, outputs, updates } = program;
  const isLive = new Set(lives.map(({ launch, param }) => `${launch} ${param}`));
  let launches = 0;
  const textOf = (action: Action): string => {
    if (action.kind === 'host') {
      const numbers = [action.output, ...action.inputs].map(({ number }) => number);
      return `${action.routine.key} ${numbers.join()}`;
    }
    const launch = launches++;
    const scalars = action.scalars.map((x, param) =>
      isLive.has(`${launch} ${param}`) ? 'live' : x,
    );
    return [kernelKey(action.loaded.kernel), action.buffers, scalars.join(), action.errors].join(
      '\n',
    );
  };
  return [
    // numbers are compared as parameters
    ...graph.filter((line) => !line.includes('= CONST(')),
    ...actions.map(textOf),
    ...inputs.map(({ number, update }) => `finds ${number} for ${update}`),
    ...draws.map(({ number, draw }) => `draws ${draw.what} into ${number}`),
    ...outputs.map(
      ({ number, isCopy, mayOverwrite, over, value }, i) =>
        `${i < updates ? 'updates' : 'gives'} ${number} [${value.shape.join()}] ` +
        `${isCopy ? 'by a copy' : 'itself'} ${mayOverwrite ? 'over what was there' : ''} ${over}`,
    ),
  ].join('\n');
}
