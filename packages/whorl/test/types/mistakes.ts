// One mistake a line. What both compilers say about them is the snapshot mistakes.txt: a spoilt
// sentence or an error in another column shows there, which @ts-expect-error would not notice.

import {
  arange, cat, nn, randint, randn, slice, stack, Tensor, zeros,
} from 'whorl';

const X = randn([4000, 2]);
const Y = randint(0, 4, [4000]);
const model = new nn.Sequential(new nn.Linear(2, 100), new nn.ReLU(), new nn.Linear(100, 4));
const logits = model.forward(X);

// two operands
X.matmul(randn([3, 100]));
randn(2, 3, 4).matmul(randn(5, 4, 6));
X.mm(randn(2));
randn(2, 3, 4).bmm(randn(5, 4, 6));
X.add(zeros([3]));
X.eq(zeros([3]));
X.add_(randn(5, 4000, 2));
X.mul('2');

// dims
X.sum(2);
X.mean([0, 5]);
X.argmax(-3, { keepdim: true });
X.softmax(2);
X.flatten(3);
X.unsqueeze(4);
X.squeeze(2);
X.transpose(0, 2);

// sizes
X.reshape(3, 5);
X.view([4000, 3]);
X.permute(0, 1, 2);
X.permute(0, 0);
X.expand(4000, 5);
X.at(0, 0, 0);
X.at(0, 0, slice(1, 2));
cat([randn(2, 3), randn(2, 4)]);
stack([randn(2, 3), randn(2, 4)]);

// layers
new nn.Linear(3, 100).forward(X);
new nn.Sequential(new nn.Linear(2, 100), new nn.ReLU(), new nn.Linear(64, 4));
new nn.Sequential(model, new nn.ReLU(), new nn.Linear(5, 3));
model.forward(randn([10, 3]));
class Net extends nn.Module {
  fc = new nn.Linear(2, 100);
  forward(x: Tensor<[number, 2]>) { return this.fc.forward(x).relu(); }
}
new nn.Sequential(new nn.Linear(5, 3), new Net());

// losses
new nn.CrossEntropyLoss().forward(logits, randn([4000]));
new nn.CrossEntropyLoss().forward(logits, randint(0, 4, [4000, 1]));
new nn.CrossEntropyLoss().forward(logits, randn([4000, 3]));
new nn.CrossEntropyLoss().forward(logits, Y.gt(1));
new nn.NLLLoss().forward(logits, Y.float());
new nn.MSELoss().forward(logits, zeros([4000]));

// assigning
export const narrower: Tensor<[number, 3]> = X;
export const fromPlain: Tensor<[number, 2]> = X as Tensor;
export const dtype: Tensor<[number], 'int64'> = randn([5]);
let h = X;
h = new nn.Linear(2, 100).forward(h);
export const labels: Tensor<[5], 'float32'> = arange(5);
