"""Records how PyTorch prints tensors: test/tensor/print.json, a list of {name, data, shape, dtype, requiresGrad, text}.

usage: python3 packages/whorl/scripts/record_print.py     (needs torch)
`data` holds numbers; nan and infinities are the strings "nan", "inf", "-inf". A case with `how` was made from the
tensor by the operation of that name, which the test knows too.
"""

import json
import math
import pathlib

import torch

N, I = math.nan, math.inf
plain = {
    "one number": (1.5, "float32"),
    "whole numbers": ([1, 2, 3], "float32"),
    "fractions": ([0.5, -1.25, 100], "float32"),
    "negative zero": ([-0.0, 0.0], "float32"),
    "nan and infinities": ([1, N, I, -I], "float32"),
    "only nan": ([N, N], "float32"),
    "only infinity": ([I, -I], "float32"),
    "nan among fractions": ([1.5, N, -I], "float32"),
    "an infinity among large numbers": ([12345.5, I], "float32"),
    "wide range": ([1e-5, 1], "float32"),
    "wide whole range": ([1, 100000], "float32"),
    "large whole": ([1e9, 2e9], "float32"),
    "one large whole": (1e9, "float32"),
    "small": ([1e-6, 2e-6], "float32"),
    "just inside fixed": ([1000.5, 1.5], "float32"),
    "just outside fixed": ([1501.5, 1.5], "float32"),
    "hundredths": ([0.01, 0.99], "float32"),
    "half to even": ([0.00005, 0.00015, 0.12345], "float32"),
    "ties": ([0.03125, 0.09375, -0.03125, 2.5], "float32"),
    "scientific ties": ([249.625, 249.875, 1e-3], "float32"),
    "one third": ([1 / 3, 2 / 3], "float32"),
    "zeros": ([[0, 0], [0, 0]], "float32"),
    "a negative among fractions": ([[0.1, -0.2], [10.3, 4]], "float32"),
    "double": ([1 / 3, 2], "float64"),
    "whole double": ([1, 2], "float64"),
    "one double": (2.5, "float64"),
    "int64": ([1, -20, 300], "int64"),
    "one int64": (7, "int64"),
    "large int64": ([2**60, -1], "int64"),
    "int32": ([[1, 2], [30, -4]], "int32"),
    "uint8": ([0, 255], "uint8"),
    "bool": ([True, False], "bool"),
    "one bool": (True, "bool"),
    "bool matrix": ([[True, False], [False, False]], "bool"),
    "all true": ([True, True], "bool"),
    "matrix": ([[1, 2], [3, 4.5]], "float32"),
    "one column": ([[1], [2], [3]], "float32"),
    "one row": ([[1, 2, 3]], "float32"),
    "three dimensions": ([[[1, 2], [3, 4]], [[5, 6], [7, 8]]], "float32"),
    "four dimensions": ([[[[1, 2]], [[3, 4]]], [[[5, 6]], [[7, 8]]]], "int64"),
    "nothing": ([], "float32"),
    "nothing of int64": ([], "int64"),
    "nothing of bool": ([], "bool"),
    "nothing in one row": ([[]], "float32"),
    "scientific matrix": ([[1e-7, 1], [1e7, 3]], "float32"),
    "scientific negative": ([-1e-7, 1], "float32"),
    "tiny exponents": ([1e-38, 1e38], "float32"),
    "three digits in the exponent": ([1e-200, 1e200], "float64"),
}
dtypes = {name: getattr(torch, name) for name in ["float32", "float64", "int64", "int32", "uint8", "bool"]}


def counted(n, dtype, step=1.0):
    return (torch.arange(n, dtype=torch.float64) * step).to(dtypes[dtype])


large = {
    "a full line": counted(20, "int64"),
    "several lines": counted(40, "int64"),
    "several lines of fractions": counted(25, "float32", 0.25),
    "wide rows": counted(60, "float32", 0.5).view(2, 30),
    "exactly the threshold": counted(1000, "int64"),
    "summarised": counted(1001, "int64"),
    "summarised fractions": counted(2000, "float32", 0.125),
    "summarised matrix": counted(4000, "int64").view(40, 100),
    "summarised short rows": counted(4000, "float32").view(2000, 2),
    "summarised cube": counted(8000, "int32").view(20, 20, 20),
    "summarised few rows": counted(3000, "float32", 0.5).view(3, 1000),
    "summarised bool": counted(2000, "int64").remainder(2).bool(),
    "empty by two sizes": torch.zeros(0, 3),
    "empty in the middle": torch.zeros(2, 0, 4),
    "empty double": torch.zeros(3, 0, dtype=torch.float64),
}
made = {
    "mul": lambda x: x * 2, "add": lambda x: x + 1, "sub": lambda x: x - 1, "div": lambda x: x / 2,
    "exp": lambda x: x.exp(), "sum": lambda x: x.sum(), "mean": lambda x: x.mean(), "neg": lambda x: -x,
    "relu": lambda x: x.relu(), "tanh": lambda x: x.tanh(), "sigmoid": lambda x: x.sigmoid(),
    "pow": lambda x: x**2, "clone": lambda x: x.clone(), "view": lambda x: x.view(1, 4),
    "t": lambda x: x.view(2, 2).t(), "matmul": lambda x: x.view(2, 2) @ x.view(2, 2), "max": lambda x: x.max(),
    "detach": lambda x: x.detach(), "select": lambda x: x[0], "slice": lambda x: x[1:3],
    "expand": lambda x: x.expand(2, 4), "cat": lambda x: torch.cat([x, x]), "sqrt": lambda x: x.sqrt(),
    "log": lambda x: x.log(), "abs": lambda x: x.abs(), "cumsum": lambda x: x.cumsum(0),
}


def plainly(value):
    if isinstance(value, list):
        return [plainly(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return {N: "nan", I: "inf", -I: "-inf"}.get(value, "nan")
    return str(value) if isinstance(value, int) and abs(value) > 2**53 else value


def case(name, x, **more):
    text = repr(x)
    source = more.pop("source", x)
    dtype = str(source.dtype).replace("torch.", "")
    return {"name": name, "data": plainly(source.detach().flatten().tolist()), "shape": list(source.shape),
            "dtype": dtype, "requiresGrad": source.requires_grad, **more, "text": text}


cases = [case(name, torch.tensor(data, dtype=dtypes[d])) for name, (data, d) in plain.items()]
cases += [case(name, x) for name, x in large.items()]
leaf = torch.tensor([0.25, 1.5, 2.0, 3.0], requires_grad=True)
cases.append(case("a leaf", leaf))
cases.append(case("a double leaf", torch.ones(2, dtype=torch.float64, requires_grad=True)))
cases.append(case("a leaf past the line", torch.arange(12.0).mul(1.25).requires_grad_()))
cases += [case(f"made by {how}", f(leaf), source=leaf, how=how) for how, f in made.items()]

path = pathlib.Path(__file__).parent.parent / "test" / "tensor" / "print.json"
path.write_text("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
print(f"{len(cases)} cases to {path}")
