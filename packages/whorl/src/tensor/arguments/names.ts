// What the parameters of PyTorch's functions take, by their names: one word means one thing nearly
// everywhere. A signature that means something else says so: 'source:sizes'. A '?' stands where
// null (None) is a value.

/** The names by kind. */
const named: Readonly<Record<string, string>> = {
  bool:
    'accumulate add_bias_kv add_zero_attn affine amsgrad antialias as_tuple assume_unique ' +
    'average_attn_weights batch_first bidirectional ceil_mode centered count_include_pad ' +
    'create_graph cycle_momentum decoupled_weight_decay density descending drop_last ' +
    'elementwise_affine enable_gqa equal_nan error_if_nonfinite full hermitian ' +
    'include_last_offset include_self inplace invert is_causal keepdim largest left log_input ' +
    'log_target maximize need_weights nesterov norm_first out_int32 persistent pivot recurse ' +
    'remove_duplicate replacement requires_grad return_counts return_indices return_inverse ' +
    'right scale_grad_by_freq set_to_none shuffle sorted sparse sparse_grad strict swap ' +
    'three_phase track_running_stats training transpose unbiased unitriangular upper ' +
    'use_input_stats with_replacement',
  int:
    'batch_size C chunks col cooldown d_model decimals diagonal dim dim0 dim1 dim2 ' +
    'dim_feedforward dimension downscale_factor edge_order embed_dim embedding_dim end_dim ' +
    'group groups hidden_size HxW ignore_index in1_features in2_features in_channels ' +
    'in_features ind input_size k last_epoch length minlength n nhead num_channels num_classes ' +
    'num_embeddings num_features num_groups num_heads num_layers num_parameters num_samples ' +
    'offset out_channels out_features patience proj_size r row start_dim step_size steps t_0 ' +
    't_max t_mult total_iters upscale_factor',
  number:
    'a b base clip_value correction dampening delta div_factor dropout dropout_p dx end_factor ' +
    'eta_min factor final_div_factor gain gamma init initial_accumulator_value label_smoothing ' +
    'lambd layer_norm_eps lr_decay margin max_val maxnorm median min_val momentum_decay ' +
    'negative_slope pct_start power rho sigma sparsity start_factor step step_size_up t0 ' +
    'threshold weight_decay',
  tensor:
    'A anchor B batch1 batch2 boundaries condition grid index indices input input1 input2 key L ' +
    'linear_weight mask mat mat1 mat2 negative positive query self sorted_sequence source ' +
    'target tensor tensor1 tensor2 vec vec1 vec2 x x1 x2 y',
  'tensor?':
    'append attn_mask aweights bias fweights gradient key_padding_mask linear_bias offsets ' +
    'per_sample_weights pos_weight prepend running_mean running_var sorter src_key_padding_mask ' +
    'src_mask weight weights',
  sizes:
    'destination dilation dims kernel_size normalized_shape output_padding padding shape shapes ' +
    'shifts size sizes split_size stride',
  string:
    'anneal_strategy approximate equation indexing interpolation mode nonlinearity padding_mode ' +
    'prefix reduce reduction scale_mode threshold_mode UPLO',
  'int?': 'divisor_override epochs kdim m N padding_idx steps_per_epoch total_steps vdim',
  'number?': 'eps max_norm momentum nan neginf posinf rcond scale step_size_down',
  operand: 'exponent other src test_elements value values var',
  numbers: 'base_lr base_momentum max_lr max_momentum min_lr',
  reals: 'betas etas lengths milestones step_sizes',
  'bool?': 'align_corners recompute_scale_factor retain_graph stable',
  'number/tensor?': 'atol rtol start tol',
  scalar: 'alpha beta fill_value s',
  'number/tensor': 'lr mean std',
  'operand?': 'end max min',
  'string?': 'driver rounding_mode side',
  'any?': 'compute_mode spacing',
  fixed: 'norm_type p',
  'function?': 'collate_fn scale_fn',
  ints: 'pad split_sizes',
  object: 'data_source dataset',
  any: 'params',
  device: 'device',
  'dtype?': 'dtype',
  'extents?': 'output_size',
  'fixed/string?': 'ord',
  'function/list': 'lr_lambda',
  'generator?': 'generator',
  'int/tensor': 'repeats',
  'int/tensor/list': 'bins',
  list: 'schedulers',
  'list?': 'range',
  'number/tensor/list': 'q',
  'number/whole': 'from',
  'number/whole?': 'to',
  'numbers?': 'scale_factor',
  'object?': 'sampler',
  optimizer: 'optimizer',
  'sizes/tensor': 'indices_or_sections',
  'string/function': 'activation',
  'tensor/iterable': 'parameters',
  'tensor/tensors': 'operands',
  tensors: 'tensors',
  whole: 'low',
  'whole/ints': 'high',
};

export const kindsByName: ReadonlyMap<string, string> = new Map(
  Object.entries(named).flatMap(([kind, names]) => names.split(' ').map((name) => [name, kind])),
);
