// Gives the event loop one turn: the earliest moment at which a browser lets go of objects.
// out: a promise that resolves in the next turn

interface Turns {
  setImmediate?: (run: () => void) => unknown;
}

/** The next macrotask: setImmediate in Node, a message in browsers (a timer would wait 4 ms). */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const immediate = (globalThis as Turns).setImmediate;
    if (immediate !== undefined) immediate(resolve);
    else if (typeof MessageChannel === 'undefined') setTimeout(resolve, 0);
    else postTurn(resolve);
  });
}

function postTurn(resolve: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    resolve();
  };
  port2.postMessage(null);
}
