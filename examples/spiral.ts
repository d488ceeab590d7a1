// The exercise that Whorl began with: four interleaved spiral arms, told apart first by a network of two linear
// layers with nothing between them, then by the same network with a ReLU in the middle.
// Run it: npx tsx examples/spiral.ts

import { FloatTensor, linspace, manualSeed, nn, optim, randn, type Tensor, zeros } from 'whorl';

const seed = 12345;
manualSeed(seed);

const N = 1000; // points on each arm
const D = 2; // coordinates of a point
const C = 4; // arms
const H = 100; // hidden units

const X = zeros(N * C, D);
const Y = zeros(N * C, { dtype: 'int64' });

for (let c = 0; c < C; c++) {
  const radius = linspace(0, 1, N);
  const turn = (2 * Math.PI) / C;
  const angle = linspace(turn * c, turn * (2 + c), N).add(randn(N).mul(0.2));
  for (let i = 0; i < N; i++) {
    const a = angle.at(i).itemSync();
    X.setAt([N * c + i], radius.at(i).mul(FloatTensor([Math.sin(a), Math.cos(a)])));
    Y.setAt([N * c + i], c);
  }
}
console.log('X:', X.shape, 'Y:', Y.shape);

const learningRate = 1e-3;
const weightDecay = 1e-5;

async function train(model: nn.TensorModule, optimizer: optim.Optimizer<object>): Promise<void> {
  const criterion = new nn.CrossEntropyLoss();
  for (let epoch = 0; epoch < 1000; epoch++) {
    const logits: Tensor = model.forward(X);
    const loss = criterion.forward(logits, Y);
    const accuracy = logits.argmax(1).eq(Y).sum().float().div(Y.shape[0]);
    const [l, a] = [await loss.item(), await accuracy.item()];
    if (epoch % 100 === 99) {
      console.log(`[EPOCH]: ${epoch}, [LOSS]: ${l.toFixed(6)}, [ACCURACY]: ${a.toFixed(3)}`);
    }
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
  }
}

const linear = new nn.Sequential(new nn.Linear(D, H), new nn.Linear(H, C));
console.log('two linear layers, SGD');
await train(linear, new optim.SGD(linear.parameters(), { lr: learningRate, weightDecay }));

const relu = new nn.Sequential(new nn.Linear(D, H), new nn.ReLU(), new nn.Linear(H, C));
console.log('with a ReLU between them, Adam');
await train(relu, new optim.Adam(relu.parameters(), { lr: learningRate, weightDecay }));
