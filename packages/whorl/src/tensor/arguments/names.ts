// What the parameters of PyTorch's functions take, by their names: one word means one thing nearly
// everywhere. A signature that means something else says so: 'source:sizes'. A '?' stands where
// null (None) is a value.

// biome-ignore format: a table
export const kindsByName: Readonly<Record<string, string>> = {
  // tensors
  A: 'tensor', B: 'tensor', L: 'tensor', anchor: 'tensor', attn_mask: 'tensor?',
  aweights: 'tensor?', batch1: 'tensor', batch2: 'tensor', bias: 'tensor?', boundaries: 'tensor',
  condition: 'tensor', fweights: 'tensor?', gradient: 'tensor?', grid: 'tensor', index: 'tensor',
  input: 'tensor', input1: 'tensor', input2: 'tensor', key: 'tensor', linear_bias: 'tensor?',
  linear_weight: 'tensor', mask: 'tensor', mat: 'tensor', mat1: 'tensor', mat2: 'tensor',
  negative: 'tensor', offsets: 'tensor?', per_sample_weights: 'tensor?', pos_weight: 'tensor?',
  positive: 'tensor', query: 'tensor', append: 'tensor?', prepend: 'tensor?',
  running_mean: 'tensor?', running_var: 'tensor?', self: 'tensor', sorted_sequence: 'tensor',
  sorter: 'tensor?', source: 'tensor', target: 'tensor', tensor: 'tensor', tensor1: 'tensor',
  tensor2: 'tensor', tensors: 'tensors', vec: 'tensor', vec1: 'tensor', vec2: 'tensor',
  weight: 'tensor?', weights: 'tensor?', x: 'tensor', x1: 'tensor', x2: 'tensor', y: 'tensor',
  // a tensor or a number
  end: 'operand?', exponent: 'operand', max: 'operand?', mean: 'number/tensor', min: 'operand?',
  other: 'operand', q: 'number/tensor/list', repeats: 'int/tensor', src: 'operand',
  start: 'number/tensor?', std: 'number/tensor', test_elements: 'operand', value: 'operand',
  values: 'operand', var: 'operand',
  // numbers
  a: 'number', alpha: 'scalar', atol: 'number/tensor?', b: 'number', base: 'number', beta: 'scalar',
  correction: 'number', delta: 'number', dropout_p: 'number', dx: 'number', eps: 'number?',
  fill_value: 'scalar', from: 'number/whole', gain: 'number', high: 'whole/ints',
  label_smoothing: 'number', lambd: 'number', low: 'whole', margin: 'number', max_norm: 'number?',
  max_val: 'number', maxnorm: 'number', median: 'number', min_val: 'number', momentum: 'number?',
  nan: 'number?', negative_slope: 'number', neginf: 'number?', norm_type: 'fixed',
  ord: 'fixed/string?', p: 'fixed', posinf: 'number?', rcond: 'number?', rtol: 'number/tensor?',
  s: 'scalar', scale: 'number?', scale_factor: 'numbers?', sigma: 'number', sparsity: 'number',
  step: 'number', threshold: 'number', to: 'number/whole?', tol: 'number/tensor?',
  // counts and places
  C: 'int', HxW: 'int', N: 'int?', chunks: 'int', col: 'int', decimals: 'int', diagonal: 'int',
  dim: 'int', dim0: 'int', dim1: 'int', dim2: 'int', dimension: 'int', divisor_override: 'int?',
  downscale_factor: 'int', edge_order: 'int', end_dim: 'int', group: 'int', groups: 'int',
  ignore_index: 'int', ind: 'int', k: 'int', length: 'int', m: 'int?', minlength: 'int', n: 'int',
  num_classes: 'int', num_groups: 'int', num_samples: 'int', offset: 'int', padding_idx: 'int?',
  r: 'int', row: 'int', start_dim: 'int', steps: 'int', upscale_factor: 'int',
  // sizes
  destination: 'sizes', dilation: 'sizes', dims: 'sizes', indices_or_sections: 'sizes/tensor',
  kernel_size: 'sizes', normalized_shape: 'sizes', output_padding: 'sizes', output_size: 'extents?',
  pad: 'ints', padding: 'sizes', shape: 'sizes', shifts: 'sizes', size: 'sizes', sizes: 'sizes',
  split_size: 'sizes', split_sizes: 'ints', stride: 'sizes',
  // switches
  accumulate: 'bool', align_corners: 'bool?', antialias: 'bool', as_tuple: 'bool',
  assume_unique: 'bool', ceil_mode: 'bool', count_include_pad: 'bool', create_graph: 'bool',
  density: 'bool', descending: 'bool', enable_gqa: 'bool', equal_nan: 'bool', full: 'bool',
  hermitian: 'bool', include_last_offset: 'bool', include_self: 'bool', inplace: 'bool',
  invert: 'bool', is_causal: 'bool', keepdim: 'bool', largest: 'bool', left: 'bool',
  log_input: 'bool', log_target: 'bool', out_int32: 'bool', pivot: 'bool',
  recompute_scale_factor: 'bool?', replacement: 'bool', requires_grad: 'bool',
  retain_graph: 'bool?', return_counts: 'bool', return_indices: 'bool', return_inverse: 'bool',
  right: 'bool', scale_grad_by_freq: 'bool', sorted: 'bool', sparse: 'bool', sparse_grad: 'bool',
  stable: 'bool?', swap: 'bool', training: 'bool', transpose: 'bool', unbiased: 'bool',
  unitriangular: 'bool', upper: 'bool', use_input_stats: 'bool', with_replacement: 'bool',
  // words
  UPLO: 'string', device: 'device', approximate: 'string', compute_mode: 'any?', driver: 'string?',
  dtype: 'dtype?', equation: 'string', indexing: 'string', interpolation: 'string', mode: 'string',
  nonlinearity: 'string', padding_mode: 'string', reduce: 'string', reduction: 'string',
  rounding_mode: 'string?', side: 'string?',
  // of layers
  activation: 'string/function', add_bias_kv: 'bool', add_zero_attn: 'bool', affine: 'bool',
  batch_first: 'bool', bidirectional: 'bool', d_model: 'int', dim_feedforward: 'int',
  dropout: 'number', elementwise_affine: 'bool', embed_dim: 'int', embedding_dim: 'int',
  hidden_size: 'int', in1_features: 'int', in2_features: 'int', in_channels: 'int',
  in_features: 'int', init: 'number', input_size: 'int', kdim: 'int?', layer_norm_eps: 'number',
  nhead: 'int', norm_first: 'bool', num_channels: 'int', num_embeddings: 'int', num_features: 'int',
  num_heads: 'int', num_layers: 'int', num_parameters: 'int', out_channels: 'int',
  out_features: 'int', proj_size: 'int', track_running_stats: 'bool', vdim: 'int?',
  average_attn_weights: 'bool', key_padding_mask: 'tensor?', need_weights: 'bool',
  src_key_padding_mask: 'tensor?', src_mask: 'tensor?',
  // of optimizers and schedules
  amsgrad: 'bool', anneal_strategy: 'string', base_lr: 'numbers', base_momentum: 'numbers',
  betas: 'reals', centered: 'bool', cooldown: 'int', cycle_momentum: 'bool', dampening: 'number',
  decoupled_weight_decay: 'bool', div_factor: 'number', end_factor: 'number', epochs: 'int?',
  eta_min: 'number', etas: 'reals', factor: 'number', final_div_factor: 'number', gamma: 'number',
  initial_accumulator_value: 'number', last_epoch: 'int', lr: 'number/tensor', lr_decay: 'number',
  lr_lambda: 'function/list', max_lr: 'numbers', max_momentum: 'numbers', maximize: 'bool',
  milestones: 'reals', min_lr: 'numbers', momentum_decay: 'number', nesterov: 'bool',
  optimizer: 'optimizer', params: 'any', set_to_none: 'bool', patience: 'int', pct_start: 'number',
  power: 'number', rho: 'number', scale_fn: 'function?', scale_mode: 'string', schedulers: 'list',
  start_factor: 'number', step_size: 'int', step_size_down: 'number?', step_size_up: 'number',
  step_sizes: 'reals', steps_per_epoch: 'int?', t0: 'number', t_0: 'int', t_max: 'int',
  t_mult: 'int', three_phase: 'bool', threshold_mode: 'string', total_iters: 'int',
  total_steps: 'int?', weight_decay: 'number',
  // of data sets
  batch_size: 'int', collate_fn: 'function?', data_source: 'object', dataset: 'object',
  drop_last: 'bool', lengths: 'reals', sampler: 'object?', shuffle: 'bool',
  // of the rest
  clip_value: 'number', error_if_nonfinite: 'bool', persistent: 'bool', prefix: 'string',
  recurse: 'bool', remove_duplicate: 'bool', strict: 'bool', parameters: 'tensor/iterable',
  // others
  bins: 'int/tensor/list', generator: 'generator?', indices: 'tensor', operands: 'tensor/tensors',
  range: 'list?', shapes: 'sizes', spacing: 'any?',
};
