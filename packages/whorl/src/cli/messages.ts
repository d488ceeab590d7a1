// Everything the command says, in English and in Chinese, key by key.
// in:  a language, what there is to tell     out: texts (the epochs' lines are the same in both)

export type Language = 'en' | 'zh';

export const languages: Readonly<Record<Language, Language>> = { en: 'en', zh: 'zh' };

/** Typed once, so that a text missing in one language does not compile. */
export interface Messages {
  help: string;

  // Refusals: one sentence each. Options are named without their dashes, but for unknownOption.
  /** option: as it was written; suggestion: without dashes, null where none is near. */
  unknownOption(option: string, suggestion: string | null): string;
  /** expected: one of the texts under "What would fit". */
  missingValue(option: string, expected: string): string;
  badValue(option: string, value: string, expected: string): string;
  takesNoValue(option: string, value: string): string;
  unexpected(argument: string): string;
  /** reason: the system's code, such as EACCES. */
  unwritable(folder: string, reason: string): string;

  // What would fit.
  wholeNumber(low: number, high: number): string;
  notNegative: string;
  seed: string;
  folder: string;
  oneOf(values: readonly string[]): string;

  // The run.
  data(classes: number, samples: number, noise: number, seed: bigint): string;
  training(title: string, epochs: number): string;
  remaining(time: string): string;
  /** epoch: the last that was finished, counted from 0. */
  interrupted(epoch: number): string;
  /** epoch: the first whose loss was NaN or infinite. */
  notANumber(title: string, epoch: number): string;
  figuresNeed: string;
  /** folder: an absolute path. */
  figuresIn(folder: string): string;
  logsIn(folder: string): string;

  // The closing table.
  model: string;
  optimizer: string;
  epochs: string;
  loss: string;
  accuracy: string;
  best: string;
  time: string;

  // The figures.
  dataTitle: string;
  boundariesTitle: string;
  curvesTitle: string;
  epoch: string;
  linear: string;
  relu: string;
}

const helpInEnglish = `whorl spiral: two networks learn which arm of a spiral a point belongs to.

usage: whorl spiral [options]

the data
  --seed N            of the data and the weights, as PyTorch's (12345)
  --samples N         points of each class (1000)
  --classes N         arms of the spiral (4)
  --noise X           how far points stray from their arm (0.2)

the training
  --model NAME        linear, relu or both (both)
  --hidden N          width of the hidden layer (100)
  --epochs N          (1000)
  --optimizer NAME    sgd or adam, for every model (linear: sgd, relu: adam)
  --lr X              learning rate (0.001)
  --weight-decay X    (0.00001)
  --compile           record the training step once, then replay it
  --threads N         how many share the work of large kernels (1)

what comes out
  --out DIR           folder of the figures, SVG and PNG (spiral-figures)
  --log DIR           write the epochs' lines, one file per model
  --quiet, -q         no line per epoch
  --lang LANG         en or zh, figures included (en)
  --help, -h          this text`;

const helpInChinese = `whorl spiral：两个网络学习判断一个点属于螺旋的哪一条臂。

用法：whorl spiral [选项]

数据
  --seed N            数据与权重的随机种子，与 PyTorch 一致（12345）
  --samples N         每一类的样本数（1000）
  --classes N         类别数，即螺旋的臂数（4）
  --noise X           噪声：点偏离所在臂的程度（0.2）

训练
  --model NAME        linear、relu 或 both（both）
  --hidden N          隐藏层的宽度（100）
  --epochs N          轮数（1000）
  --optimizer NAME    sgd 或 adam，用于所有模型（linear 用 sgd，relu 用 adam）
  --lr X              学习率（0.001）
  --weight-decay X    权重衰减（0.00001）
  --compile           训练步只记录一次，之后重放
  --threads N         共同计算大内核的线程数（1）

输出
  --out DIR           图片的文件夹，SVG 与 PNG（spiral-figures）
  --log DIR           把每轮的输出写入文件，每个模型一个
  --quiet, -q         不逐轮输出
  --lang LANG         en 或 zh，图片中的文字也随之改变（en）
  --help, -h          显示本说明`;

const english: Messages = {
  help: helpInEnglish,

  unknownOption: (option, suggestion) =>
    suggestion === null
      ? `There is no option ${option}; --help lists them.`
      : `There is no option ${option}; did you mean --${suggestion}?`,
  missingValue: (option, expected) => `--${option} needs a value: ${expected}.`,
  badValue: (option, value, expected) => `--${option} cannot be '${value}': it takes ${expected}.`,
  takesNoValue: (option, value) => `--${option} takes no value, but was given '${value}'.`,
  unexpected: (argument) => `'${argument}' belongs to no option; --help lists them.`,
  unwritable: (folder, reason) => `Cannot write into the folder '${folder}': ${reason}.`,

  wholeNumber: (low, high) => `a whole number from ${low} to ${high}`,
  notNegative: 'a number that is 0 or more, such as 0.001 or 1e-3',
  seed: 'a whole number of 64 bits, such as 12345',
  folder: 'the name of a folder',
  oneOf: (values) => `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`,

  data: (classes, samples, noise, seed) =>
    `Spiral: ${classes} classes of ${samples} points, noise ${noise}, seed ${seed}`,
  training: (title, epochs) => `${title}, ${epochs} epochs`,
  remaining: (time) => `${time} left`,
  interrupted: (epoch) => `Interrupted after epoch ${epoch}; the figures show what there is.`,
  notANumber: (title, epoch) =>
    `${title}: the loss is not a number since epoch ${epoch}; a smaller --lr may help.`,
  figuresNeed: 'Figures need the package @whorl/plot: npm install @whorl/plot',
  figuresIn: (folder) => `Figures in ${folder}:`,
  logsIn: (folder) => `Logs in ${folder}:`,

  model: 'model',
  optimizer: 'optimizer',
  epochs: 'epochs',
  loss: 'loss',
  accuracy: 'accuracy',
  best: 'best accuracy',
  time: 'time',

  dataTitle: 'Spiral data',
  boundariesTitle: 'Decision boundaries',
  curvesTitle: 'Training',
  epoch: 'epoch',
  linear: 'Linear-Linear',
  relu: 'Linear-ReLU-Linear',
};

const chinese: Messages = {
  help: helpInChinese,

  unknownOption: (option, suggestion) =>
    suggestion === null
      ? `没有选项 ${option}；用 --help 查看全部选项。`
      : `没有选项 ${option}；是否想用 --${suggestion}？`,
  missingValue: (option, expected) => `--${option} 需要一个值：${expected.trim()}。`,
  badValue: (option, value, expected) => `--${option} 不能是“${value}”：应为${expected}。`,
  takesNoValue: (option, value) => `--${option} 不带值，却给了“${value}”。`,
  unexpected: (argument) => `“${argument}”不属于任何选项；用 --help 查看全部选项。`,
  unwritable: (folder, reason) => `无法写入文件夹“${folder}”：${reason}。`,

  wholeNumber: (low, high) => `${low} 到 ${high} 的整数`,
  notNegative: '不小于 0 的数，例如 0.001 或 1e-3',
  seed: '64 位整数，例如 12345',
  folder: '文件夹名',
  // The space stands between Chinese and Latin letters.
  oneOf: (values) => ` ${values.slice(0, -1).join('、')} 或 ${values.at(-1)}`,

  data: (classes, samples, noise, seed) =>
    `螺旋数据：${classes} 类，每类 ${samples} 个点，噪声 ${noise}，随机种子 ${seed}`,
  training: (title, epochs) => `${title}，${epochs} 轮`,
  remaining: (time) => `剩余 ${time}`,
  interrupted: (epoch) => `第 ${epoch} 轮之后中断；图片显示已有的结果。`,
  notANumber: (title, epoch) => `${title}：从第 ${epoch} 轮起损失不再是数；可试用更小的 --lr。`,
  figuresNeed: '画图需要软件包 @whorl/plot：npm install @whorl/plot',
  figuresIn: (folder) => `图片在 ${folder}：`,
  logsIn: (folder) => `日志在 ${folder}：`,

  model: '模型',
  optimizer: '优化器',
  epochs: '轮数',
  loss: '损失',
  accuracy: '准确率',
  best: '最高准确率',
  time: '用时',

  dataTitle: '螺旋数据',
  boundariesTitle: '决策边界',
  curvesTitle: '训练过程',
  epoch: '轮次',
  linear: '线性-线性',
  relu: '线性-ReLU-线性',
};

export const messages: Readonly<Record<Language, Messages>> = { en: english, zh: chinese };
