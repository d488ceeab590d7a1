import { it } from 'vitest';
import { compileBody } from './run-body.js';
import { share, named } from '../../src/lower/bodies/share.js';
import * as P from '../../src/lower/bodies/power.js';
import * as E from '../../src/lower/bodies/error-function.js';
import * as X from '../../src/lower/bodies/expressions.js';
it('x',()=>{
 const m=(f:any,n=1)=>compileBody((a,_d,emit)=>share(f(...a.map((x:any)=>named(x,emit))),emit),'float64',n).run as any;
 console.log('guess',m((E as any).guess)(.7102539104499592));
 const x=1.3814154874561488;
 if((P as any).logDouble) console.log('log',m((a:any)=>(P as any).logDouble(a).high)(x),m((a:any)=>(P as any).logDouble(a).low)(x),Math.log(x));
});
it('y',()=>{
 const m=(f:any,n=1)=>compileBody((a,_d,emit)=>share(f(...a.map((x:any)=>named(x,emit))),emit),'float64',n).run as any;
 const P2=P as any; const x=1.3814154874561488,y=0.123456789123;
 const h=m((a:any)=>P2.halves(a)[0])(x), l=m((a:any)=>P2.halves(a)[1])(x); console.log('h',h,l,h+l===x);
 const b=new BigInt64Array(new Float64Array([h]).buffer)[0]; console.log('hb',b!.toString(2));
 console.log('pe',m((a:any,b:any)=>P2.productError(a,b,X.mul(a,b)),2)(x,y), );
 const big=(v:number)=>{const d=new BigInt64Array(new Float64Array([v]).buffer)[0]!;return d;}
});
