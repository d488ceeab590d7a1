import { currentDevice } from '../src/engine/device.js';
const cd: any = currentDevice().device;
const launch = cd.launch.bind(cd); const times = new Map<string, number[]>();
cd.launch = (e: any, m: any, s: any) => { const t = performance.now(); launch(e, m, s); const d = performance.now() - t; let l = times.get(e.name); if (!l) times.set(e.name, l = []); l.push(d); };
process.on('exit', () => { let sum = 0; for (const [n, l] of times) { l.sort((a, b) => a - b); if (l.length > 100) { console.log(n.padEnd(28), (l[l.length >> 1]! * 1000).toFixed(1), 'us x', l.length); sum += l[l.length >> 1]!; } } console.log('sum', sum); });
await import('./zz-spiral.js');
