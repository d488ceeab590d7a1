// Budget: attention, three transformer blocks, head and loss.
import { nn, randint, randn, Tensor } from 'whorl';

const C = 768, H = 12, D = 64, T = 1024;
type Hidden = Tensor<[number, 1024, 768], 'float32'>;

class Norm extends nn.Module {
  forward(x: Hidden) {
    const centred = x.sub(x.mean(-1, { keepdim: true }));
    return centred.div(x.var(-1, { keepdim: true }).add(1e-5).sqrt());
  }
}
class Attention extends nn.Module {
  q = new nn.Linear(C, C);
  k = new nn.Linear(C, C);
  v = new nn.Linear(C, C);
  proj = new nn.Linear(C, C);
  forward(x: Hidden) {
    const q = this.q.forward(x).reshape(-1, T, H, D).transpose(1, 2);
    const k = this.k.forward(x).reshape(-1, T, H, D).transpose(1, 2);
    const v = this.v.forward(x).reshape(-1, T, H, D).transpose(1, 2);
    const att = q.matmul(k.transpose(-2, -1)).mul(0.125).softmax(-1);
    return this.proj.forward(att.matmul(v).transpose(1, 2).reshape(-1, T, C));
  }
}
class Block extends nn.Module {
  norm1 = new Norm();
  attention = new Attention();
  norm2 = new Norm();
  mlp = new nn.Sequential(
    new nn.Linear(C, 3072), new nn.ReLU(), new nn.Linear(3072, C), new nn.Dropout(0.1));
  forward(x: Hidden) {
    const h = x.add(this.attention.forward(this.norm1.forward(x)));
    return h.add(this.mlp.forward(this.norm2.forward(h)));
  }
}
export const net = new nn.Sequential(
  new Block(), new Block(), new Block(), new Norm(), new nn.Linear(C, 50257));
export const logits = net.forward(randn(8, T, C));
export const loss = new nn.CrossEntropyLoss().forward(
  logits.reshape(8192, 50257), randint(0, 50257, [8192]));
