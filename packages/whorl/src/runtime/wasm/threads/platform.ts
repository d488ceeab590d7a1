// How a platform starts a worker: worker_threads in Node, a Web Worker from a blob in browsers.
// out: a function that starts one, or null where workers cannot share this memory

import { nodeSource, type WorkerData, webSource } from './worker.js';

export interface Member {
  /** Ends it at once. */
  end(): void;
}

/** `ended` is called with the reason when it ends, by itself or not. */
export type Start = (data: WorkerData, ended: (reason: string) => void) => Member;

interface NodeWorker {
  on(event: string, listener: (value: never) => void): void;
  unref(): void;
  terminate(): Promise<number>;
}
interface WorkerThreads {
  readonly Worker: new (source: string, options: object) => NodeWorker;
}
interface WebWorker {
  onerror: ((event: { message?: string }) => void) | null;
  postMessage(data: WorkerData): void;
  terminate(): void;
}
interface Host {
  readonly process?: { getBuiltinModule?: (name: string) => unknown };
  readonly Worker?: new (url: string, options: { name: string }) => WebWorker;
}

export function findStart(): Start | null {
  const { process, Worker } = globalThis as Host;
  const threads = process?.getBuiltinModule?.('node:worker_threads') as WorkerThreads | undefined;
  if (threads?.Worker !== undefined) return startInNode(threads);
  return Worker !== undefined ? startInBrowser(Worker) : null;
}

/** Unreferenced: a process that has nothing else to do ends. Options of the process (loaders,
 *  inspectors) are not for a program this small. */
const startInNode =
  ({ Worker }: WorkerThreads): Start =>
  (workerData, ended) => {
    const options = { eval: true, execArgv: [], name: 'whorl', workerData };
    const worker = new Worker(nodeSource, options);
    worker.on('error', (error: Error) => ended(String(error)));
    worker.on('exit', (code: number) => ended(`exit code ${code}`));
    worker.unref();
    return { end: () => void worker.terminate() };
  };

const startInBrowser =
  (Worker: NonNullable<Host['Worker']>): Start =>
  (data, ended) => {
    const url = URL.createObjectURL(new Blob([webSource], { type: 'text/javascript' }));
    const worker = new Worker(url, { name: 'whorl' });
    worker.onerror = ({ message }) => ended(message ?? 'it could not start');
    worker.postMessage(data);
    return {
      end: () => {
        worker.terminate();
        URL.revokeObjectURL(url);
      },
    };
  };
