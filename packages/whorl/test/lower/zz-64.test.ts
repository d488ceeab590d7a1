import { it } from 'vitest';
import { readFileSync } from 'node:fs';
import { bodies } from '../../src/lower/bodies/index.js';
import { compileBody } from './run-body.js';
const ref=JSON.parse(readFileSync(new URL('./bodies.reference.json',import.meta.url),'utf8'));
const ulp=(r:number,m:number,b:number)=>{const e=Math.max(b,Math.floor(Math.log2(Math.abs(r))));return 2**(e-m)};
it('x',()=>{
 for(const dtype of ['float64','float32'] as const) for(const [name,rows] of Object.entries(ref) as any){
  const two=name==='POW'||name==='ATAN2';
  const {run,operations}=compileBody((bodies as any)[name],dtype,two?2:1);
  let worst=0,at:any,rel=0;
  for(const row of rows){ const r=row[row.length-1]; const args=row.slice(0,-1);
   if(dtype==='float32'){ if(!args.every((a:number)=>Math.fround(a)===a)) continue; }
   const g=run(...args) as number; if(g===r) continue;
   const u=ulp(r,dtype==='float64'?52:23,dtype==='float64'?-1022:-126);
   const e=Math.abs(g-r)/u; if(!(e<=worst)){worst=e;at=[args,r,g];}
   rel=Math.max(rel,Math.abs(g-r)/Math.abs(r));
  }
  console.log(dtype,name.padEnd(8),operations,'ulp',worst.toFixed(2),'rel',rel.toExponential(1),JSON.stringify(at));
 }
});
