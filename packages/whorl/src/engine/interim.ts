// Interim: loop IR as JavaScript text, until render/js is there. Delete this file then.
// in:  a kernel     out: the text of a function (m, p, scratch, status)

import type { DType } from '../graph/dtype.js';
import type { Expr, Index, Kernel, Stmt } from '../lower/loop.js';

const size: Record<DType, number> = { bool: 1, uint8: 1, int32: 4, int64: 8, float32: 4, float64: 8 };
const array: Record<DType, string> = {
  bool: 'Uint8Array', uint8: 'Uint8Array', int32: 'Int32Array', int64: 'BigInt64Array', float32: 'Float32Array', float64: 'Float64Array',
};
const fit = (d: DType, x: string): string => d === 'float32' ? `Math.fround(${x})` : d === 'int32' ? `(${x}|0)` : d === 'int64' ? `BigInt.asIntN(64,${x})` : d === 'uint8' ? `(${x}&255)` : x;

export function interimJs(kernel: Kernel): string {
  const scratch = new Map<string, string>();
  let offset = 0;
  const place = (s: { name: string; dtype: DType; length: number }): string => {
    if (!scratch.has(s.name)) {
      offset = Math.ceil(offset / 8) * 8;
      scratch.set(s.name, `const ${s.name}=new ${array[s.dtype]}(scratch.buffer,scratch.byteOffset+${offset},${s.length});`);
      offset += size[s.dtype] * s.length;
    }
    return s.name;
  };
  const index = (i: Index): string => `(${[String(i.constant), ...i.terms.map(({ coefficient, atom }) => {
    const a = atom.kind === 'range' ? atom.name : atom.kind === 'param' ? `p[${atom.slot}]` : atom.kind === 'value' ? `Number(${expr(atom.value)})`
      : atom.kind === 'div' ? `Math.floor(${index(atom.of)}/${atom.by})` : `(${index(atom.of)}%${atom.by})`;
    return `${coefficient}*${a}`;
  })].join('+')})`;
  const cast = (a: Expr, to: DType): string => {
    const x = expr(a), f = a.dtype;
    if (f === to) return x;
    if (to === 'bool') return f === 'int64' ? `+(${x}!==0n)` : `+(${x}!==0)`;
    const fromFloat = f === 'float32' || f === 'float64';
    if (to === 'int64') return fromFloat ? `toI64(${x})` : `BigInt(${x})`;
    const n = f === 'int64' ? (to === 'int32' || to === 'uint8' ? `Number(BigInt.asIntN(32,${x}))` : `Number(${x})`) : x;
    if (to === 'int32') return fromFloat ? `toI32(${n})` : n;
    if (to === 'uint8') return fromFloat ? `(toI32(${n})&255)` : `(${n}&255)`;
    return fit(to, n);
  };
  const expr = (e: Expr): string => {
    switch (e.kind) {
      case 'local': return e.name;
      case 'const': return e.dtype === 'int64' ? `${BigInt(e.value)}n` : Object.is(e.value, -0) ? '-0' : `(${Number(e.value)})`;
      case 'param': return fit(e.dtype, `p[${e.slot}]`);
      case 'index': return e.dtype === 'int64' ? `BigInt(${index(e.index)})` : index(e.index);
      case 'load': return `at(m[${e.buffer}],${index(e.index)})`;
      case 'peek': return `${place(e.scratch)}[${index(e.index)}]`;
      case 'inside': return `+(${index(e.index)}>=${e.lo}&&${index(e.index)}<${e.hi})`;
      case 'cast': return cast(e.a, e.dtype);
      case 'bits': return `bits_${e.a.dtype}_${e.dtype}(${expr(e.a)})`;
      case 'select': return `(${expr(e.c)}?${expr(e.a)}:${expr(e.b)})`;
      case 'unary': {
        const x = expr(e.a);
        if (e.fn === 'neg') return fit(e.dtype, `(-${x})`);
        if (e.fn === 'not') return e.dtype === 'bool' ? `(1-${x})` : fit(e.dtype, `(~${x})`);
        if (e.fn === 'abs' && e.dtype === 'int64') return `(${x}<0n?-${x}:${x})`;
        if (e.fn === 'nearest') return `nearest(${x})`;
        return fit(e.dtype, `Math.${e.fn}(${x})`);
      }
      case 'binary': {
        const x = expr(e.a), y = expr(e.b), d = e.a.dtype, f = d === 'float32' || d === 'float64';
        switch (e.fn) {
          case 'add': return fit(d, `(${x}+${y})`);
          case 'sub': return fit(d, `(${x}-${y})`);
          case 'mul': return d === 'int32' ? `Math.imul(${x},${y})` : fit(d, `(${x}*${y})`);
          case 'div': return f ? fit(d, `(${x}/${y})`) : d === 'int64' ? `(${y}===0n?0n:BigInt.asIntN(64,${x}/${y}))` : `(${y}===0?0:Math.trunc(${x}/${y})|0)`;
          case 'rem': return d === 'int64' ? `(${y}===0n?0n:${x}%${y})` : `(${y}===0?0:(${x}%${y})|0)`;
          case 'min': case 'max': return d === 'int64' ? `(${x}${e.fn === 'min' ? '<' : '>'}${y}?${x}:${y})` : `Math.${e.fn}(${x},${y})`;
          case 'and': return `(${x}&${y})`;
          case 'or': return `(${x}|${y})`;
          case 'xor': return `(${x}^${y})`;
          case 'shl': return fit(d, `(${x}<<${y})`);
          case 'shr': return `(${x}>>${y})`;
          case 'eq': return `+(${x}===${y})`;
          case 'ne': return `+(${x}!==${y})`;
          case 'lt': return `+(${x}<${y})`;
          case 'le': return `+(${x}<=${y})`;
        }
      }
    }
  };
  const stmts = (body: readonly Stmt[]): string => body.map((s): string => {
    switch (s.kind) {
      case 'loop': return `for(let ${s.range.name}=0;${s.range.name}<${s.range.extent};${s.range.name}++){\n${stmts(s.body)}}\n`;
      case 'let': return `const ${s.local.name}=${expr(s.value)};\n`;
      case 'var': return `let ${s.local.name}=${expr(s.value)};\n`;
      case 'assign': return `${s.local.name}=${expr(s.value)};\n`;
      case 'store': return `put(m[${s.buffer}],${index(s.index)},${expr(s.value)});\n`;
      case 'poke': return `${place(s.scratch)}[${index(s.index)}]=${expr(s.value)};\n`;
      case 'if': return `if(${expr(s.condition)}){\n${stmts(s.body)}}\n`;
      case 'check': return `if(!${expr(s.ok)}&&!status[0])status[0]=${s.code};\n`;
    }
  }).join('');
  const body = stmts(kernel.body);
  return `/* ${kernel.buffers.map((b) => b.dtype).join(' ')} */
(m,p,scratch,status)=>{
const f4=new Float32Array(1),i4=new Int32Array(f4.buffer),f8=new Float64Array(1),i8=new BigInt64Array(f8.buffer);
const bits_float32_int32=x=>(f4[0]=x,i4[0]),bits_int32_float32=x=>(i4[0]=x,f4[0]),bits_float64_int64=x=>(f8[0]=x,i8[0]),bits_int64_float64=x=>(i8[0]=x,f8[0]);
const toI32=x=>x!==x?0:x>=2147483647?2147483647:x<=-2147483648?-2147483648:Math.trunc(x);
const toI64=x=>x!==x?0n:x>=2**63?2n**63n-1n:x<=-(2**63)?-(2n**63n):BigInt(Math.trunc(x));
const nearest=x=>{const r=Math.round(x);return Math.abs(x-Math.trunc(x))===0.5&&r%2!==0?r-1:Object.is(x,-0)?x:r;};
const at=(a,i)=>{if(i<0||i>=a.length)throw new Error('load outside: '+i+' of '+a.length);return a[i];};
const put=(a,i,v)=>{if(i<0||i>=a.length)throw new Error('store outside: '+i+' of '+a.length);a[i]=v;};
${[...scratch.values()].join('')}
${body}}`;
}
