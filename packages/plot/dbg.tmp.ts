import * as Plot from '@observablehq/plot';
import { makeDocument } from './src/node.js';
const pts=[[0,1],[1,2],[2,1]];
for (const o of [{x:'0',y:'1'},{x:'0',y:'1',stroke:'#ff0000'},{x:'0',y:'1',stroke:'#f00',ariaLabel:'run'},{x:'0',y:'1',strokeDasharray:'none',strokeWidth:1.8}] as any[]) {
 const el = Plot.plot({document: makeDocument(), width:100,height:100,x:{axis:null,domain:[0,2]},y:{axis:null,domain:[0,2]},marks:[Plot.line(pts,o)]});
 console.log(el.innerHTML.slice(-250));
}
