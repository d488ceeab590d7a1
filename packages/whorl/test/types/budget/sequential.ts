// Budget: a Sequential of thirty layers and its forward.
import { nn, randn } from 'whorl';

export const model = new nn.Sequential(
  new nn.Linear(2, 100), new nn.ReLU(),
  new nn.Linear(100, 301), new nn.ReLU(),
  new nn.Linear(301, 66), new nn.ReLU(),
  new nn.Linear(66, 259), new nn.ReLU(),
  new nn.Linear(259, 81), new nn.ReLU(),
  new nn.Linear(81, 37), new nn.ReLU(),
  new nn.Linear(37, 22), new nn.ReLU(),
  new nn.Linear(22, 84), new nn.ReLU(),
  new nn.Linear(84, 136), new nn.ReLU(),
  new nn.Linear(136, 309), new nn.ReLU(),
  new nn.Linear(309, 110), new nn.ReLU(),
  new nn.Linear(110, 111), new nn.ReLU(),
  new nn.Linear(111, 89), new nn.ReLU(),
  new nn.Linear(89, 313), new nn.ReLU(),
  new nn.Linear(313, 314), new nn.ReLU(),
);
export const y = model.forward(randn(4000, 2));
