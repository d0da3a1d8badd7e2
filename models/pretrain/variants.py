"""Which network to pretrain: trains several whose steps cost the same on the same text, and says what each makes of text held out.

    python variants.py CORPUS --characters 5000000 --hidden 128 --batch 32 --rate 0.005
    python variants.py CORPUS --characters 332000000 --batch 512 --rate 0.008

The corpus, the recipe and the order of the text are those of `pretrain.py`. The cost of a step is the bytes of weights that it
reads, as a mean over the text; bytes are not time, which bench/NOTES.md tells of, too. All variants cost what one GRU of `--hidden` units
with weights of 8 bits costs. A line of JSON tells of each, with the cost of its longest step. Nothing is written: a variant that is better
is worth an engine, and that must come first.
"""

import json
import math
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

from pretrain import SYMBOLS, Corpus, Network, Training, add_options, initialize, prepared, report

# Of each language's held-out text.
HELD_OUT_BYTES = 65_536
# Side of the square blocks of weights that are there or not.
BLOCK = 16
# Units of the slow network for one of the fast.
SLOW_RATIO = 1.75


def gru(inputs, state, weight, bias):
    """A step of `torch.nn.GRU`. `inputs` `[B, 3H]` is what the gates get from below, `state` `[B, H]`."""
    reset, update, new = inputs.chunk(3, -1)
    of_reset, of_update, of_new = functional.linear(state, weight, bias).chunk(3, -1)
    new = torch.tanh(new + torch.sigmoid(reset + of_reset) * of_new)
    return new + torch.sigmoid(update + of_update) * (state - new)


def nats(logits, targets, mask):
    losses = functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none")
    return (losses * mask.flatten()).sum()


class Single(Network):
    """One GRU, as Inkling has it."""

    def __init__(self, hidden):
        super().__init__({"hidden": hidden, "layers": 1})

    @staticmethod
    def cost(hidden, _word):
        return 3 * hidden**2 + SYMBOLS * hidden, 3 * hidden**2 + SYMBOLS * hidden


class TwoLayers(Network):
    def __init__(self, hidden):
        super().__init__({"hidden": hidden, "layers": 2})

    @staticmethod
    def cost(hidden, _word):
        return 9 * hidden**2 + SYMBOLS * hidden, 9 * hidden**2 + SYMBOLS * hidden


class Reweighted(Single):
    """A GRU whose recurrent and output weights are made of what is trained."""

    def recurrent(self, weight):
        raise NotImplementedError

    def output(self, weight):
        return weight

    def forward(self, inputs, targets, mask, states):
        state, outputs = states[0], []
        below = functional.embedding(inputs, self.gru.weight_ih_l0.t()) + self.gru.bias_ih_l0
        weight = self.recurrent(self.gru.weight_hh_l0)
        for step in below:
            state = gru(step, state, weight, self.gru.bias_hh_l0)
            outputs.append(state)
        logits = functional.linear(torch.stack(outputs), self.output(self.head.weight), self.head.bias)
        return nats(logits, targets, mask), state[None]


class Sparse(Reweighted):
    """Half of the recurrent weights are there, in blocks that are drawn once."""

    def __init__(self, hidden):
        super().__init__(hidden)
        sides = math.ceil(hidden / BLOCK)
        order = torch.rand(3 * sides, sides, generator=torch.Generator().manual_seed(1)).argsort(1)
        here = (sides + torch.arange(3 * sides)[:, None] % 2) // 2
        blocks = (order < here).float().repeat_interleave(BLOCK, 1)[:, :hidden]
        gates = [gate.repeat_interleave(BLOCK, 0)[:hidden] for gate in blocks.chunk(3)]
        self.register_buffer("there", torch.cat(gates))

    def recurrent(self, weight):
        # Of half the weights each has to be as much larger for the same sum.
        return weight * self.there * math.sqrt(2)

    @staticmethod
    def cost(hidden, _word):
        return 1.5 * hidden**2 + SYMBOLS * hidden, 1.5 * hidden**2 + SYMBOLS * hidden


class FourBits(Reweighted):
    """Recurrent and output weights are whole numbers from −7 to 7 times a scale of their row; gradients pass as if they were not."""

    def recurrent(self, weight):
        scale = weight.detach().abs().amax(1, keepdim=True).clamp(min=1e-8) / 7
        return weight + (torch.round(weight / scale) * scale - weight).detach()

    output = recurrent

    @staticmethod
    def cost(hidden, _word):
        return 1.5 * hidden**2 + SYMBOLS / 2 * hidden, 1.5 * hidden**2 + SYMBOLS / 2 * hidden


class TwoSpeed(nn.Module):
    """
    A small fast GRU moves with each byte, and sees the state of a large slow one, which moves at the end of each word and line and reads
    the state of the fast one. What the slow one gives the fast one and the output is computed once a move.
    """

    def __init__(self, hidden):
        super().__init__()
        self.fast, self.slow = hidden, self.slow_units(hidden)
        self.gru = nn.GRU(SYMBOLS, self.fast)
        self.upper = nn.GRU(self.fast, self.slow)
        self.down = nn.Linear(self.slow, 3 * self.fast, bias=False)
        self.head = nn.Linear(self.fast + self.slow, SYMBOLS)

    @staticmethod
    def slow_units(hidden):
        return BLOCK * round(SLOW_RATIO * hidden / BLOCK)

    @property
    def state_shape(self):
        """The fast state, the slow one, and whether the last byte belonged to a word."""
        return 1, self.fast + self.slow + 1

    def forward(self, inputs, targets, mask, states):
        fast, slow, in_word = states[0].split((self.fast, self.slow, 1), -1)
        moves, in_word = moves_in(inputs, in_word[:, 0] > 0)
        below = functional.embedding(inputs, self.gru.weight_ih_l0.t()) + self.gru.bias_ih_l0
        of_fast, of_slow = self.head.weight.split((self.fast, self.slow), 1)
        given = self.down(slow)
        # Of each slow state that there was: what it gives the output is computed once.
        at = torch.arange(inputs.shape[1], device=inputs.device)
        kept, places, count, outputs = [slow], [], inputs.shape[1], []
        for step, moving in zip(below, moves.unbind()):
            fast = gru(step + given, fast, self.gru.weight_hh_l0, self.gru.bias_hh_l0)
            outputs.append(fast)
            rows = moving.nonzero()[:, 0]
            if len(rows) > 0:
                read = functional.linear(fast[rows], self.upper.weight_ih_l0, self.upper.bias_ih_l0)
                moved = gru(read, slow[rows], self.upper.weight_hh_l0, self.upper.bias_hh_l0)
                slow = slow.index_copy(0, rows, moved)
                given = given.index_copy(0, rows, self.down(moved))
                at = at.index_copy(0, rows, torch.arange(count, count + len(rows), device=at.device))
                kept.append(moved)
                count += len(rows)
            places.append(at)
        from_slow = functional.linear(torch.cat(kept), of_slow)[torch.stack(places)]
        logits = functional.linear(torch.stack(outputs), of_fast, self.head.bias) + from_slow
        return nats(logits, targets, mask), torch.cat([fast, slow, in_word[:, None].float()], -1)[None]

    @classmethod
    def cost(cls, hidden, word):
        slow = cls.slow_units(hidden)
        each = 3 * hidden**2 + SYMBOLS * hidden
        move = 3 * slow**2 + 6 * slow * hidden + SYMBOLS * slow
        return each + move / word, each + move


def moves_in(inputs, in_word):
    """Where words and lines end, and whether the last bytes belong to words; `inputs` `[T, B]`, `in_word` `[B]`."""
    letters = (inputs >= 128) | (inputs == ord("_"))
    for first, last in ("09", "AZ", "az"):
        letters |= (inputs >= ord(first)) & (inputs <= ord(last))
    before = torch.cat([in_word[None], letters[:-1]])
    return (before & ~letters) | (inputs == ord("\n")), letters[-1]


def begin(network, recipe, counts):
    """The weights shared with Inkling's network begin as its own do, the others alike."""
    initialize(network, recipe, counts)
    if not isinstance(network, TwoSpeed):
        return
    random = torch.Generator().manual_seed(recipe["seed"])
    with torch.no_grad():
        for weight in (network.upper.weight_ih_l0, network.upper.weight_hh_l0, network.down.weight):
            weight.normal_(0, 1 / math.sqrt(weight.shape[1]), generator=random)
        network.upper.bias_ih_l0.zero_()
        network.upper.bias_ih_l0[network.slow : 2 * network.slow] = recipe["initialization"]["keepBias"]
        network.upper.bias_hh_l0.zero_()


VARIANTS = {
    "one GRU": Single,
    "two layers": TwoLayers,
    "half of the weights": Sparse,
    "weights of 4 bits": FourBits,
    "two speeds": TwoSpeed,
}


def units_for(variant, most, word):
    """The most units, a multiple of 4, whose mean cost is at most this."""
    units = 4
    while variant.cost(units + 4, word)[0] <= most:
        units += 4
    return units


class Trial(Training):
    """Trains a variant, and writes nothing."""

    def __init__(self, variant, options, device):
        self.variant = variant
        super().__init__(options, 0, 1, device)

    def create(self, counts):
        network = self.variant(self.options.hidden)
        begin(network, self.recipe, counts)
        return network

    def compute(self):
        # Which rows move differs from update to update: no graph can be recorded.
        self.learn()

    def run(self):
        while self.fraction() < 1:
            self.update(self.fraction())
            if self.updates % 500 == 0:
                report(f"{100 * self.fraction():.0f} %, {self.characters / self.seconds():,.0f} characters/s")
        return self.mean(self.score(HELD_OUT_BYTES))


def bytes_a_word(corpus):
    """Mean bytes between two moves of a slow network."""
    total = moves = 0
    for documents, share in zip(corpus.held_out, corpus.shares):
        text = torch.frombuffer(bytearray(documents.data), dtype=torch.uint8)[:, None].long()
        moves += share * moves_in(text, torch.zeros(1, dtype=torch.bool))[0].float().mean().item()
        total += share
    return total / moves


def main():
    parser = add_options(__doc__)
    parser.add_argument("--variants", default=",".join(VARIANTS), help="which ones, with commas between them")
    options = parser.parse_args()
    options.resume, options.layers = None, 1
    device, word = prepared(options), bytes_a_word(Corpus(Path(options.corpus)))
    most = Single.cost(options.hidden, word)[0]
    for name in options.variants.split(","):
        if name not in VARIANTS:
            sys.exit(f"There is no variant {name}; there are {', '.join(VARIANTS)}.")
        variant = VARIANTS[name]
        options.hidden = units_for(variant, most, word)
        report(f"{name}: {options.hidden} units")
        trial = Trial(variant, options, device)
        of_mean, of_most = variant.cost(options.hidden, word)
        row = {"name": name, "units": options.hidden, "meanBytes": round(of_mean), "mostBytes": round(of_most)}
        print(json.dumps({**row, "bpc": trial.run(), "characters": trial.characters}), flush=True)


if __name__ == "__main__":
    main()
