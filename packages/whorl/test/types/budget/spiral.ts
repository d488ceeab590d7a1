// Budget: the spiral training loop.
import { nn, optim, randint, randn } from 'whorl';

const X = randn([4000, 2]);
const Y = randint(0, 4, [4000]);
const model = new nn.Sequential(new nn.Linear(2, 100), new nn.ReLU(), new nn.Linear(100, 4));
const criterion = new nn.CrossEntropyLoss();
const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3, weightDecay: 1e-5 });

export async function train() {
  for (let epoch = 0; epoch < 1000; epoch++) {
    const logits = model.forward(X);
    const loss = criterion.forward(logits, Y);
    const accuracy = logits.argmax(1).eq(Y).mean();
    console.log(`${epoch} ${await loss.item()} ${await accuracy.item()}`);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
  }
}
