"""Makes golden.json, goldenOptimizers.json and goldenBoth.json: what PyTorch computes for one small network of each cell,
with each optimiser, and for networks of both directions, to be compared in every test run.

    pip install torch numpy && python golden.py > golden.json
    python golden.py optimizers > goldenOptimizers.json && python golden.py both > goldenBoth.json

Everything is in float64. Parameters, inputs, targets and masks are not stored: both sides draw them from the same
generator (`Random` below, `randomNumbers` in random.ts). Of each tensor, its L2 norm, its inner product with random
numbers (which changes with any two elements that change places) and six elements are stored.

Five updates as the engine makes them: the state of each stream is carried from segment to segment without a gradient
(truncated back-propagation through time) and zeroed where the stream starts afresh; the gradient is clipped to a global
norm; AdamW, or another optimiser. One thing differs from PyTorch's optimisers, and is put right here: the input weights
of bytes that have not occurred yet are not decayed.
"""

import json
import math
import sys

import numpy
import torch

HIDDEN, LAYERS, BATCH, UNROLL, UPDATES = 16, 2, 3, 5, 5
RATE, BETA1, BETA2, EPSILON, DECAY = 0.01, 0.9, 0.99, 1e-8, 0.1
# Between the norms that occur, so that some updates are clipped and some are not.
CLIP = 0.4
SEED = 20
# Bytes behind a segment that networks of both directions read.
LOOKAHEAD = 3
# Rates at which five updates change the parameters so much that any error shows.
RATES = {"adamw": RATE, "adam": RATE, "rmsprop": RATE, "momentum": 0.3, "sgd": 1.0}
OPTIMIZERS = {
    "adamw": lambda parameters, rate: torch.optim.AdamW(
        parameters, lr=rate, betas=(BETA1, BETA2), eps=EPSILON, weight_decay=DECAY
    ),
    "adam": lambda parameters, rate: torch.optim.Adam(
        parameters, lr=rate, betas=(BETA1, BETA2), eps=EPSILON, weight_decay=DECAY
    ),
    "rmsprop": lambda parameters, rate: torch.optim.RMSprop(
        parameters, lr=rate, alpha=BETA2, eps=EPSILON, weight_decay=DECAY
    ),
    "momentum": lambda parameters, rate: torch.optim.SGD(parameters, lr=rate, momentum=BETA1, weight_decay=DECAY),
    "sgd": lambda parameters, rate: torch.optim.SGD(parameters, lr=rate, weight_decay=DECAY),
}


class Random:
    """The generator of random.ts."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state * 1664525 + 1013904223) & 0xFFFFFFFF
        stirred = ((self.state ^ (self.state >> 15)) * 0x2C1B3C6D) & 0xFFFFFFFF
        return (stirred ^ (stirred >> 13)) / 2**32

    def numbers(self, count):
        return [self.next() for _ in range(count)]

    def bytes(self, count):
        return [math.floor(value * 256) for value in self.numbers(count)]


class Network(torch.nn.Module):
    def __init__(self, cell):
        super().__init__()
        module = {"gru": torch.nn.GRU, "lstm": torch.nn.LSTM}.get(cell, torch.nn.RNN)
        extra = {"nonlinearity": cell.removeprefix("rnn_")} if cell.startswith("rnn") else {}
        self.add_module(cell.split("_")[0], module(256, HIDDEN, LAYERS, **extra))
        self.head = torch.nn.Linear(HIDDEN, 256)
        self.recurrent = next(iter(self.children()))

    def forward(self, inputs, state):
        one_hot = torch.nn.functional.one_hot(inputs, 256).to(torch.float64)
        outputs, state = self.recurrent(one_hot, state)
        return self.head(outputs), state


def summary(tensor):
    """What is stored of a tensor."""
    values = tensor.detach().reshape(-1).numpy()
    weights = numpy.array(Random(len(values)).numbers(len(values)))
    # Where a stride of a prime length leads, so that other rows, gates and columns come up in each tensor.
    picked = [values[(i * 7919 + 37) % len(values)] for i in range(6)]
    return [float(f"{value:.13g}") for value in (numpy.linalg.norm(values), values @ weights, *picked)]


def golden(cell, optimizer_name="adamw"):
    random = Random(SEED)
    network = Network(cell).double()
    # `recurrent` is a second name for the first module; `named_parameters` gives each parameter once.
    parameters = {name: value for name, value in network.named_parameters()}
    bound = 1 / math.sqrt(HIDDEN)
    for value in parameters.values():
        drawn = [(2 * number - 1) * bound for number in random.numbers(value.numel())]
        drawn = numpy.array(drawn, dtype=numpy.float32).astype(numpy.float64)
        value.data = torch.tensor(drawn).reshape(value.shape)
    table = parameters[f"{cell.split('_')[0]}.weight_ih_l0"]
    optimizer = OPTIMIZERS[optimizer_name](network.parameters(), RATES[optimizer_name])
    seen = torch.zeros(256, dtype=torch.bool)
    state = None
    result = {"updates": []}
    for update in range(UPDATES):
        inputs = torch.tensor(random.bytes(UNROLL * BATCH)).reshape(UNROLL, BATCH)
        targets = torch.tensor(random.bytes(UNROLL * BATCH)).reshape(UNROLL, BATCH)
        mask = torch.tensor([number < 0.8 for number in random.numbers(UNROLL * BATCH)]).reshape(UNROLL, BATCH)
        reset = torch.tensor([update == 0 or number < 0.3 for number in random.numbers(BATCH)])
        if state is not None:
            keep = (~reset).to(torch.float64)[None, :, None]
            state = tuple(part * keep for part in state) if isinstance(state, tuple) else state * keep
        logits, state = network(inputs, state)
        state = tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()
        losses = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none")
        loss = losses[mask.flatten()].mean()
        optimizer.zero_grad()
        loss.backward()
        if update == 0:
            result["logits"] = summary(logits)
            result["gradients"] = {name: summary(value.grad) for name, value in parameters.items()}
        norm = torch.linalg.vector_norm(torch.cat([value.grad.flatten() for value in parameters.values()]))
        result["updates"].append({"loss": float(f"{loss:.13g}"), "norm": float(f"{norm:.13g}")})
        # `clip_grad_norm_` divides by the norm plus 1e-6; the engine by the norm.
        if norm > CLIP:
            for value in parameters.values():
                value.grad.mul_(CLIP / norm)
        seen[inputs.flatten()] = True
        before = table.detach().clone()
        optimizer.step()
        with torch.no_grad():
            table[:, ~seen] = before[:, ~seen]
            for value in optimizer.state[table].values():
                if torch.is_tensor(value) and value.shape == table.shape:
                    value[:, ~seen] = 0
    result["parameters"] = {name: summary(value) for name, value in parameters.items()}
    return result


def optimizers():
    """The updates and parameters of a GRU with each optimiser but AdamW."""
    lines = []
    for name, rate in RATES.items():
        if name == "adamw":
            continue
        result = golden("gru", name)
        kept = {"rate": rate, "updates": result["updates"], "parameters": result["parameters"]}
        lines.append(f'\t\t"{name}": {json.dumps(kept)}')
    head = f'\t"madeBy": "golden.py, PyTorch {torch.__version__.split("+")[0]}"'
    print("{\n" + head + ',\n\t"optimizers": {\n' + ",\n".join(lines) + "\n\t}\n}")


def main():
    sizes = {"hidden": HIDDEN, "layers": LAYERS, "batch": BATCH, "unroll": UNROLL, "seed": SEED}
    adam = {"rate": RATE, "beta1": BETA1, "beta2": BETA2, "epsilon": EPSILON, "weightDecay": DECAY, "clip": CLIP}
    head = {"madeBy": f"golden.py, PyTorch {torch.__version__.split('+')[0]}", **sizes, **adam}
    lines = [f'\t"{key}": {json.dumps(value)}' for key, value in head.items()]
    cells = [f'\t\t"{cell}": {json.dumps(golden(cell))}' for cell in ("gru", "lstm", "rnn_tanh", "rnn_relu")]
    print("{\n" + ",\n".join(lines) + ',\n\t"cells": {\n' + ",\n".join(cells) + "\n\t}\n}")


class BothNetwork(torch.nn.Module):
    """PyTorch's bidirectional module, in which deeper layers read their own direction only, so that each half can be run
    on its own text: the forward half on the inputs, the backward half on the targets and on what follows them."""

    def __init__(self, cell):
        super().__init__()
        module = {"gru": torch.nn.GRU, "lstm": torch.nn.LSTM}.get(cell, torch.nn.RNN)
        extra = {"nonlinearity": cell.removeprefix("rnn_")} if cell.startswith("rnn") else {}
        self.add_module(cell.split("_")[0], module(256, HIDDEN, LAYERS, bidirectional=True, **extra))
        self.head = torch.nn.Linear(2 * HIDDEN, 256)
        self.recurrent = next(iter(self.children()))

    def run(self, text, state):
        return self.recurrent(torch.nn.functional.one_hot(text, 256).to(torch.float64), state)

    def forward(self, inputs, targets, following, forward_state):
        with torch.no_grad():
            _, behind = self.run(following, None)
        forward_outputs, state = self.run(inputs, forward_state)
        backward_outputs, _ = self.run(targets, behind)
        # What the backward half knows at the last target.
        last = behind[0] if isinstance(behind, tuple) else behind
        after = torch.cat([backward_outputs[1:, :, HIDDEN:], last[None, -1]])
        return self.head(torch.cat([forward_outputs[:, :, :HIDDEN], after], dim=2)), state


def golden_both(cell):
    random = Random(SEED)
    network = BothNetwork(cell).double()
    parameters = {name: value for name, value in network.named_parameters()}
    bound = 1 / math.sqrt(HIDDEN)
    own = {}
    for name, value in parameters.items():
        drawn = [(2 * number - 1) * bound for number in random.numbers(value.numel())]
        drawn = numpy.array(drawn, dtype=numpy.float32).astype(numpy.float64)
        value.data = torch.tensor(drawn).reshape(value.shape)
        if "weight_ih_l" in name and "weight_ih_l0" not in name:
            own[name] = torch.zeros_like(value.data)
            own[name][:, HIDDEN:] = 1 if name.endswith("_reverse") else 0
            own[name][:, :HIDDEN] = 0 if name.endswith("_reverse") else 1
            value.data.mul_(own[name])
    module = cell.split("_")[0]
    tables = [parameters[f"{module}.weight_ih_l0"], parameters[f"{module}.weight_ih_l0_reverse"]]
    optimizer = OPTIMIZERS["adamw"](network.parameters(), RATE)
    seen = [torch.zeros(256, dtype=torch.bool) for _ in tables]
    state = None
    result = {"updates": []}
    for update in range(UPDATES):
        inputs = torch.tensor(random.bytes(UNROLL * BATCH)).reshape(UNROLL, BATCH)
        targets = torch.tensor(random.bytes(UNROLL * BATCH)).reshape(UNROLL, BATCH)
        mask = torch.tensor([number < 0.8 for number in random.numbers(UNROLL * BATCH)]).reshape(UNROLL, BATCH)
        reset = torch.tensor([update == 0 or number < 0.3 for number in random.numbers(BATCH)])
        following = torch.tensor(random.bytes(LOOKAHEAD * BATCH)).reshape(LOOKAHEAD, BATCH)
        if state is not None:
            keep = (~reset).to(torch.float64)[None, :, None]
            state = tuple(part * keep for part in state) if isinstance(state, tuple) else state * keep
        logits, state = network(inputs, targets, following, state)
        state = tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()
        losses = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none")
        loss = losses[mask.flatten()].mean()
        optimizer.zero_grad()
        loss.backward()
        for name, columns in own.items():
            parameters[name].grad.mul_(columns)
        if update == 0:
            result["logits"] = summary(logits)
            result["gradients"] = {name: summary(value.grad) for name, value in parameters.items()}
        norm = torch.linalg.vector_norm(torch.cat([value.grad.flatten() for value in parameters.values()]))
        result["updates"].append({"loss": float(f"{loss:.13g}"), "norm": float(f"{norm:.13g}")})
        if norm > CLIP:
            for value in parameters.values():
                value.grad.mul_(CLIP / norm)
        seen[0][inputs.flatten()] = True
        seen[1][targets.flatten()] = True
        seen[1][following.flatten()] = True
        before = [table.detach().clone() for table in tables]
        optimizer.step()
        with torch.no_grad():
            for table, first, met in zip(tables, before, seen):
                table[:, ~met] = first[:, ~met]
                for value in optimizer.state[table].values():
                    if torch.is_tensor(value) and value.shape == table.shape:
                        value[:, ~met] = 0
    result["parameters"] = {name: summary(value) for name, value in parameters.items()}
    return result


def both():
    cells = [f'\t\t"{cell}": {json.dumps(golden_both(cell))}' for cell in ("gru", "lstm", "rnn_tanh", "rnn_relu")]
    head = f'\t"madeBy": "golden.py, PyTorch {torch.__version__.split("+")[0]}",\n\t"lookahead": {LOOKAHEAD}'
    print("{\n" + head + ',\n\t"cells": {\n' + ",\n".join(cells) + "\n\t}\n}")


if sys.argv[1:] == ["optimizers"]:
    optimizers()
elif sys.argv[1:] == ["both"]:
    both()
else:
    main()
