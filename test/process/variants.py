"""Prints what `models/pretrain/variants.py` computes beside what plain loops over numbers compute, and what else its networks keep."""

import json
import math
import sys

sys.path.insert(0, sys.argv[1])

import torch  # noqa: E402
from torch.nn import functional  # noqa: E402

import variants  # noqa: E402

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
FAST, STEPS, STREAMS = 8, 24, 3


def drawn(network):
    for parameter in network.parameters():
        parameter.data.normal_(0, 0.4)
    return network


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def product(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector)) for row in matrix]


def gru(inputs, state, weight, bias):
    """Cho et al. 2014, as PyTorch has it: the reset gate acts on the product."""
    size = len(state)
    recurrent = [a + b for a, b in zip(product(weight, state), bias)]
    moved = []
    for i in range(size):
        reset = sigmoid(inputs[i] + recurrent[i])
        update = sigmoid(inputs[size + i] + recurrent[size + i])
        new = math.tanh(inputs[2 * size + i] + reset * recurrent[2 * size + i])
        moved.append((1 - update) * new + update * state[i])
    return moved


def two_speeds(network, text, targets, mask):
    """The loss over one stream, and its states at the end."""
    weights = {name: parameter.tolist() for name, parameter in network.named_parameters()}
    columns = list(zip(*weights["gru.weight_ih_l0"]))
    fast, slow, loss = [0.0] * network.fast, [0.0] * network.slow, 0.0
    for at, byte in enumerate(text):
        given = product(weights["down.weight"], slow)
        below = [a + b + c for a, b, c in zip(columns[byte], weights["gru.bias_ih_l0"], given)]
        fast = gru(below, fast, weights["gru.weight_hh_l0"], weights["gru.bias_hh_l0"])
        ends_word = at > 0 and is_letter(text[at - 1]) and not is_letter(byte)
        if ends_word or byte == 10:
            read = [a + b for a, b in zip(product(weights["upper.weight_ih_l0"], fast), weights["upper.bias_ih_l0"])]
            slow = gru(read, slow, weights["upper.weight_hh_l0"], weights["upper.bias_hh_l0"])
        logits = [a + b for a, b in zip(product(weights["head.weight"], fast + slow), weights["head.bias"])]
        if mask[at]:
            loss += math.log(sum(math.exp(logit) for logit in logits)) - logits[targets[at]]
    return loss, [*fast, *slow, float(is_letter(text[-1]))]


def is_letter(byte):
    return byte >= 128 or chr(byte).isascii() and (chr(byte).isalnum() or chr(byte) == "_")


def check_two_speeds():
    network = drawn(variants.TwoSpeed(FAST))
    texts = [b"let a_1 = walk(2);\n\n\xc3\xa9t ", b"((no)) words; here\n.end", b"abcdefghijklmnopqrstuvwx"]
    inputs = torch.tensor([list(text[:STEPS].ljust(STEPS)) for text in texts]).t()
    targets, mask = torch.randint(0, 256, (STEPS, STREAMS)), torch.randint(0, 2, (STEPS, STREAMS))
    zero = torch.zeros(1, STREAMS, network.state_shape[1])
    whole, states = network(inputs, targets, mask, zero)
    half = STEPS // 2
    first, between = network(inputs[:half], targets[:half], mask[:half], zero)
    second, _ = network(inputs[half:], targets[half:], mask[half:], between)
    expected = [two_speeds(network, *(one[:, row].tolist() for one in (inputs, targets, mask))) for row in range(STREAMS)]
    whole.backward()
    wrong = 0.0
    for name, parameter in network.named_parameters():
        place = (0,) * parameter.dim() if name != "gru.weight_ih_l0" else (1, inputs[3, 0].item())
        with torch.no_grad():
            loss = []
            for move in (1e-5, -1e-5):
                parameter[place] += move
                loss.append(network(inputs, targets, mask, zero)[0].item())
                parameter[place] -= move
        wrong = max(wrong, abs((loss[0] - loss[1]) / 2e-5 - parameter.grad[place].item()))
    return {
        "loss": abs(whole.item() - sum(loss for loss, _ in expected)),
        "states": (states[0] - torch.tensor([one for _, one in expected])).abs().max().item(),
        "twoParts": abs(first.item() + second.item() - whole.item()),
        "gradient": wrong,
    }


def check_weights():
    """Networks whose weights are made of others, beside PyTorch's own GRU with those weights."""
    found = {}
    for variant in (variants.Sparse, variants.FourBits):
        network = drawn(variant(40))
        inputs, targets = torch.randint(0, 256, (STEPS, STREAMS)), torch.randint(0, 256, (STEPS, STREAMS))
        mask, zero = torch.ones(STEPS, STREAMS), torch.zeros(1, STREAMS, 40)
        loss, states = network(inputs, targets, mask, zero)
        plain = variants.Single(40)
        plain.load_state_dict({name: value.clone() for name, value in network.state_dict().items() if name != "there"})
        recurrent = network.recurrent(network.gru.weight_hh_l0).detach()
        plain.gru.weight_hh_l0.data = recurrent
        plain.head.weight.data = network.output(network.head.weight).detach()
        outputs, expected_states = plain.gru(functional.one_hot(inputs, 256).double(), zero)
        expected = functional.cross_entropy(plain.head(outputs).flatten(0, 1), targets.flatten(), reduction="sum")
        loss.backward()
        found[variant.__name__] = {
            "loss": abs(loss.item() - expected.item()),
            "states": (states - expected_states).abs().max().item(),
            "present": recurrent.ne(0).double().mean().item(),
            "levels": max(len(set(torch.round(row / row.abs().max() * 7, decimals=9).tolist())) for row in recurrent),
            "learns": network.gru.weight_hh_l0.grad.ne(0).double().mean().item(),
        }
    return found


def check_costs():
    """The weights that a step reads, counted, beside what the cost says for weights of 8 bits that all are there."""
    counted = {}
    for name in ("Single", "TwoLayers"):
        variant = getattr(variants, name)
        weights = dict(variant(12).named_parameters())
        read = sum(one.numel() for key, one in weights.items() if one.dim() == 2 and key != "gru.weight_ih_l0")
        counted[name] = [read, variant.cost(12, 4)[1]]
    network = variants.TwoSpeed(12)
    weights = {key: one.numel() for key, one in network.named_parameters() if one.dim() == 2 and key != "gru.weight_ih_l0"}
    counted["TwoSpeed"] = [sum(weights.values()), variants.TwoSpeed.cost(12, 4)[1]]
    return counted


print(json.dumps({"twoSpeeds": check_two_speeds(), "weights": check_weights(), "costs": check_costs()}))
