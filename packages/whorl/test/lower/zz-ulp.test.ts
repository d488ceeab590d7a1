import { it } from 'vitest';
import { bodies } from '/work/main/packages/whorl/src/lower/bodies/index.js';
import { compileBody } from '/work/main/packages/whorl/test/lower/run-body.js';
const f=new Float32Array(1), u=new Uint32Array(f.buffer);
const at=(b:number)=>{u[0]=b>>>0;return f[0]!};
const ulp32=(r:number)=>{const e=Math.max(-126,Math.floor(Math.log2(Math.abs(r))));return 2**(e-23)};
const F64:any={};
const special:Record<string,(x:number)=>number>={
 SIGMOID:x=>x<0?Math.exp(x)/(1+Math.exp(x)):1/(1+Math.exp(-x)),
};
for (const n of ['ERF','ERFC','ERFINV','LGAMMA','DIGAMMA']) special[n]=compileBody((bodies as any)[n],'float64').run as any;
it('x',()=>{
 for (const name of Object.keys(bodies)) {
  if(name==='POW'||name==='ATAN2') continue;
  const {run,operations}=compileBody((bodies as any)[name],'float32');
  const ref=special[name]??((Math as any)[name.toLowerCase()]);
  let worst=0,wx=0,bad=0,badx=NaN,over1=0,n=0; const t0=performance.now();
  const step=['ERFC','ERFINV','LGAMMA','DIGAMMA'].includes(name)?65537*3:4099;
  for(let b=0;b<2**32;b+=step){
    const x=at(b); 
    if(['SIN','COS','TAN'].includes(name)&&Math.abs(x)>1e5) continue;
    const g=run(x) as number, r=ref(x), rf=Math.fround(r);
    n++;
    if(Number.isNaN(r)){ if(!Number.isNaN(g)){bad++;badx=x;} continue;}
    if(!Number.isFinite(rf)||rf===0){ if(!Object.is(g,rf) && !(rf===0&&Math.abs(g)<=1.5e-45&&r!==0) && !(Math.abs(r)<3.41e38&&!Number.isFinite(g)===false&&Math.abs(g)>3.4e38)){bad++;badx=x;} continue;}
    const e=Math.abs(g-r)/ulp32(r); if(!(e<=worst)){worst=e;wx=x;} if(e>1)over1++;
  }
  console.log(name.padEnd(8),'ops',operations,'max ulp',worst.toFixed(3),'at',wx,'>1:',(over1/n*100).toFixed(3)+'%','bad',bad,badx,((performance.now()-t0)/1000).toFixed(1)+'s');
 }
},600000);
