"""Everything the bench asks of PyTorch: a name, and what makes its step and its check."""

from cnn import cnn
from memory import memory
from mlp import mlp
from seed_step import data_loop, seed_step
from tensors import cumsum, elementwise, first_matmul, matmul, narrow_sum, small_op_read, sort

works = {
    "seed-step": seed_step,
    "data-loop": data_loop,
    "mlp": mlp,
    "cnn": cnn,
    "mlp-first-step": mlp,
    "first-matmul-1024": first_matmul,
    "memory-1000MB": memory,
    "small-op-read": small_op_read,
    "cumsum-1M": cumsum,
    "sort-1M": sort,
    "narrow-sum": narrow_sum,
    **{f"elementwise-1M-{name}": elementwise(name) for name in ("exp", "tanh", "sigmoid", "neg")},
    **{f"matmul-512-{form}": matmul(form) for form in ("AB", "AtB", "ABt")},
}
