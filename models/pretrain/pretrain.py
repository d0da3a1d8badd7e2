"""Trains a base model with PyTorch, as `inkling pretrain` does with Inkling's own engine.

    python pretrain.py CORPUS --out base.safetensors --minutes 90
    torchrun --nproc-per-node 8 pretrain.py CORPUS --out base.safetensors --characters 5000000000

The corpus, the recipe, the order in which text is read and the files written are the same: with the same options both make
the same model, but for rounding, and each goes on from a state that the other saved. Under `torchrun` each process learns a
part of the streams, and gradients are averaged (DistributedDataParallel): the model is the same for any number of processes.
`models/README.md` describes the files.
"""

import argparse
import ctypes
import hashlib
import json
import math
import os
import re
import signal
import struct
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

import torch
from torch import distributed, nn
from torch.nn import functional

SYMBOLS = 256
DOCUMENT_END = 0
SAVE_UPDATES = 4000
# Updates before one is recorded as a CUDA graph: its memory is there by then.
EAGER_UPDATES = 3
GLANCE_BYTES = 8192
FULL_BYTES = 262_144
FIRST, SECOND = "optimizer.first.", "optimizer.second."


# Where a recipe says something else, or names another cell, only Inkling's own engine can follow it.
FIXED = {"optimizer": "adamw", "softmax": "adaptive"}


def recipe_of(options):
    """The numbers of `src/trainer/recipe.ts`, under the same names."""
    return {
        "shape": {"cell": "gru", "hidden": options.hidden, "layers": options.layers},
        "batch": options.batch,
        "unroll": options.unroll,
        "segmentBytes": 2048,
        "lookahead": 0,
        "learningRate": options.rate,
        "warmUpUpdates": 500,
        "finalRate": 0.02,
        "beta1": 0,
        "beta2": 0.99,
        "epsilon": 1e-8,
        "weightDecay": 0.02,
        "clip": 1,
        "initialization": {"inputDeviation": 0.5, "recurrentGain": 1, "keepBias": 2},
        "seed": options.seed,
        **FIXED,
    }


def rate_at(recipe, update, fraction):
    """Share of the highest learning rate: a linear rise, then half a cosine."""
    warm_up = min(1, (update + 1) / recipe["warmUpUpdates"])
    cosine = (1 + math.cos(math.pi * min(1, fraction))) / 2
    return warm_up * (recipe["finalRate"] + (1 - recipe["finalRate"]) * cosine)


# The corpus


class Documents:
    """Encoded documents one after the other, where each begins, and the length of its header."""

    def __init__(self, name, data):
        self.data, self.starts, self.skips = data, [], []
        at = 0
        while at < len(data):
            end, header = data.find(DOCUMENT_END, at), data.find(b"\n", at) + 1
            if end < 0 or header == 0 or header > end:
                sys.exit(f"The corpus is broken: {name} has a document without header or end.")
            self.starts.append(at)
            self.skips.append(header - at)
            at = end + 1


class Corpus:
    def __init__(self, folder):
        manifest = (folder / "manifest.json").read_bytes()
        entries = [one for one in json.loads(manifest)["languages"] if one["weight"] > 0]
        weights = sum(one["weight"] for one in entries)
        self.names = [one["name"] for one in entries]
        self.shares = [one["weight"] / weights for one in entries]
        digest = hashlib.sha256(manifest)
        self.training, self.held_out = [], []
        for name in self.names:
            data = (folder / f"{name}.train").read_bytes()
            digest.update(data)
            self.training.append(Documents(f"{name}.train", data))
            self.held_out.append(Documents(f"{name}.heldout", (folder / f"{name}.heldout").read_bytes()))
        self.digest = digest.hexdigest()

    def byte_counts(self):
        """How often each byte is trained on, `[256]`."""
        total = sum(len(one.data) for one in self.training)
        counts = [0.0] * SYMBOLS
        for documents, share in zip(self.training, self.shares):
            scale = share * total / len(documents.data)
            found = torch.bincount(torch.frombuffer(bytearray(documents.data), dtype=torch.uint8), minlength=SYMBOLS)
            for byte, count in enumerate(found.tolist()):
                counts[byte] += count * scale
        return counts


# The order in which it is read: the same as in `src/trainer/sampler.ts`


class RandomSource:
    """Mulberry32."""

    def __init__(self, seed):
        self.state = seed & 0xFFFFFFFF

    def next(self):
        self.state = (self.state + 0x6D2B79F5) & 0xFFFFFFFF
        t = self.state
        t = ((t ^ (t >> 15)) * (t | 1)) & 0xFFFFFFFF
        t ^= (t + (((t ^ (t >> 7)) * (t | 61)) & 0xFFFFFFFF)) & 0xFFFFFFFF
        return (t ^ (t >> 14)) / 2**32

    def below(self, limit):
        return math.floor(self.next() * limit)


class Pieces:
    """Cuts documents into segments, and deals them out in random order, each behind the header of its document."""

    def __init__(self, documents, segment_bytes, seed, position=None):
        self.documents, self.segment_bytes = documents, segment_bytes
        self.random = RandomSource(position["random"] if position else seed)
        self.epoch = position["epoch"] - 1 if position else -1
        self.shuffle(position and position["offset"])
        self.at = position["next"] if position else 0

    def position(self):
        return {"random": self.order_seed, "epoch": self.epoch, "offset": self.offset, "next": self.at}

    def shuffle(self, offset=None):
        self.epoch += 1
        self.order_seed = self.random.state
        drawn = self.random.below(self.segment_bytes)
        self.offset = drawn if offset is None else offset
        count = max(1, math.ceil((len(self.documents.data) - 1 + self.offset) / self.segment_bytes))
        self.order = list(range(count))
        for i in range(count - 1, 0, -1):
            j = self.random.below(i + 1)
            self.order[i], self.order[j] = self.order[j], self.order[i]
        self.at = 0

    def next(self):
        """The bytes, and for each 1 if it is learned, 0 if it is only read."""
        if self.at >= len(self.order):
            self.shuffle()
        data, starts, skips = self.documents.data, self.documents.starts, self.documents.skips
        start = self.order[self.at] * self.segment_bytes - self.offset
        self.at += 1
        begin = max(0, start)
        segment = data[begin : start + self.segment_bytes + 1]
        low, high = 0, len(starts) - 1
        while low < high:
            middle = (low + high + 1) >> 1
            low, high = (middle, high) if starts[middle] <= begin else (low, middle - 1)
        header = b"" if begin == starts[low] else data[starts[low] : starts[low] + skips[low]]
        learn = bytearray(b"\1") * (len(header) + len(segment))
        if header:
            learn[: len(header) + 1] = bytes(len(header) + 1)
        document = low
        while document < len(starts) and starts[document] - begin < len(segment):
            at = starts[document] - begin
            first = max(0, at) + len(header)
            last = min(max(0, at + skips[document]) + len(header), len(learn))
            if last > first:
                learn[first:last] = bytes(last - first)
            document += 1
        return header + segment, bytes(learn)


class Streams:
    """Reads pieces side by side, a new one in each stream when its last is used up."""

    def __init__(self, next_piece, batch, unroll, own):
        """`own`: the streams, of all in the batch, whose text is wanted; the others only move on."""
        self.next_piece, self.unroll, self.own = next_piece, unroll, own
        self.pieces, self.at = [(b"", b"")] * batch, [0] * batch

    def restart(self):
        self.pieces = [(b"", b"")] * len(self.pieces)

    def segment(self):
        """Inputs, targets and mask `[3, unroll, own]` in bytes, and reset `[own]`."""
        rows, reset = bytearray(), []
        for b in range(len(self.pieces)):
            fresh = self.at[b] >= len(self.pieces[b][0]) - 1
            if fresh:
                self.pieces[b], self.at[b] = self.next_piece(), 0
            data, learn = self.pieces[b]
            at = self.at[b]
            end = self.at[b] = min(at + self.unroll, len(data) - 1)
            if b not in self.own:
                continue
            reset.append(fresh)
            padding = bytes(self.unroll - (end - at))
            for row in (data[at:end], data[at + 1 : end + 1], learn[at + 1 : end + 1]):
                rows += row + padding
        table = torch.frombuffer(rows, dtype=torch.uint8).view(len(reset), 3, self.unroll)
        return table.permute(1, 2, 0).contiguous(), torch.tensor(reset)


class Reader:
    """The streams: languages are drawn by their shares. All processes read alike, and each takes the text of its `own` streams."""

    def __init__(self, corpus, recipe, own, position=None):
        seed = recipe["seed"]
        self.shares = corpus.shares
        self.random = RandomSource(position["random"] if position else seed)
        self.pieces = [
            Pieces(documents, recipe["segmentBytes"], seed + 1 + i, position and position["pieces"][i])
            for i, documents in enumerate(corpus.training)
        ]
        self.streams = Streams(lambda: self.drawn().next(), recipe["batch"], recipe["unroll"], own)

    def drawn(self):
        left = self.random.next()
        for share, pieces in zip(self.shares, self.pieces):
            left -= share
            if left < 0:
                break
        return pieces

    def position(self):
        return {"random": self.random.state, "pieces": [one.position() for one in self.pieces]}


# The network


class Network(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.gru = nn.GRU(SYMBOLS, shape["hidden"], shape["layers"])
        self.head = nn.Linear(shape["hidden"], SYMBOLS)

    @property
    def state_shape(self):
        """Of the states of one stream: layers and units."""
        return self.gru.num_layers, self.gru.hidden_size

    def forward(self, inputs, targets, mask, states):
        """−ln p of the targets that count, summed, and the states after them. Inputs are `[T, B]`, states `[L, B, H]`."""
        outputs, states = self.gru(functional.one_hot(inputs, SYMBOLS).float(), states)
        losses = functional.cross_entropy(self.head(outputs).flatten(0, 1), targets.flatten(), reduction="none")
        return (losses * mask.flatten()).sum(), states


def initialize(network, recipe, counts):
    """As `src/model/initialize.ts` does."""
    random = RandomSource(recipe["seed"])
    hidden, start = network.gru.hidden_size, recipe["initialization"]

    def normal(tensor, deviation):
        values = []
        for _ in range(tensor.numel()):
            radius = math.sqrt(-2 * math.log(1 - random.next()))
            values.append(radius * math.cos(2 * math.pi * random.next()) * deviation)
        tensor.copy_(torch.tensor(values, dtype=torch.float64).view_as(tensor))

    with torch.no_grad():
        for layer in range(network.gru.num_layers):
            deviation = start["inputDeviation"] if layer == 0 else 1 / math.sqrt(hidden)
            normal(getattr(network.gru, f"weight_ih_l{layer}"), deviation)
            normal(getattr(network.gru, f"weight_hh_l{layer}"), start["recurrentGain"] / math.sqrt(hidden))
            bias = getattr(network.gru, f"bias_ih_l{layer}")
            bias.zero_()
            bias[hidden : 2 * hidden] = start["keepBias"]
            getattr(network.gru, f"bias_hh_l{layer}").zero_()
        network.head.weight.zero_()
        total = sum(counts)
        frequencies = [math.log((count + 0.5) / (total + SYMBOLS / 2)) for count in counts]
        network.head.bias.copy_(torch.tensor(frequencies, dtype=torch.float64))


class Adam:
    """
    AdamW. Input weights of bytes not met yet, and outputs of bytes that do not occur, stay as they are. Nothing here waits
    for the device, so that the next text is read while it computes.
    """

    def __init__(self, network, recipe, symbols):
        self.recipe, self.updates = recipe, 0
        self.parameters = dict(network.named_parameters())
        self.first = {name: torch.zeros_like(one) for name, one in self.parameters.items()}
        self.second = {name: torch.zeros_like(one) for name, one in self.parameters.items()}
        device = network.head.weight.device
        self.seen = torch.zeros(SYMBOLS, dtype=torch.bool, device=device)
        self.symbols = symbols.to(device)

    def factors(self, rate):
        """What differs from update to update: the share of the weights to keep, the step, the correction of the bias."""
        self.updates += 1
        beta1, beta2 = self.recipe["beta1"], self.recipe["beta2"]
        step = rate / (1 - beta1**self.updates)
        return 1 - rate * self.recipe["weightDecay"], step, 1 / math.sqrt(1 - beta2**self.updates)

    @torch.no_grad()
    def step(self, inputs, keep, step, correction):
        """Whether the gradient was finite, as a tensor; if it was not, nothing is learned."""
        self.seen.index_fill_(0, inputs.flatten(), True)
        beta1, beta2 = self.recipe["beta1"], self.recipe["beta2"]
        norm = torch.linalg.vector_norm(torch.stack([one.grad.norm() for one in self.parameters.values()]))
        finite = norm.isfinite()
        scale = (self.recipe["clip"] / norm).clamp(max=1)
        for name, parameter in self.parameters.items():
            gradient = parameter.grad * scale
            first = self.first[name] * beta1 + gradient * (1 - beta1)
            second = (self.second[name] * beta2).addcmul(gradient, gradient, value=1 - beta2)
            moved = parameter * keep - step * first / (second.sqrt() * correction + self.recipe["epsilon"])
            if name == "gru.weight_ih_l0":
                moved = torch.where(self.seen[None, :], moved, parameter)
            elif name.startswith("head."):
                where = self.symbols.view([SYMBOLS] + [1] * (parameter.dim() - 1))
                moved = torch.where(where, moved, parameter)
                first, second = first * where, second * where
            for old, new in ((parameter, moved), (self.first[name], first), (self.second[name], second)):
                old.copy_(torch.where(finite, new, old))
        return finite


# Files


def read_file(file):
    """Metadata and tensors of a safetensors file."""
    data = Path(file).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    body = bytearray(data[8 + length :])
    if metadata.get("sha256") != hashlib.sha256(body).hexdigest():
        sys.exit(f"{file} does not fit its checksum.")
    tensors = {
        name: torch.frombuffer(body[slice(*entry["data_offsets"])], dtype=torch.float32).reshape(entry["shape"])
        for name, entry in header.items()
    }
    return metadata, tensors


def write_file(file, metadata, tensors):
    """Replaces the file, or leaves it as it was."""
    header, chunks, end = {}, [], 0
    for name, tensor in tensors.items():
        if not torch.isfinite(tensor).all():
            sys.exit(f"{file} cannot be saved: {name} has a value that is not a finite number.")
        values = tensor.detach().cpu().contiguous()
        chunks.append(ctypes.string_at(values.data_ptr(), 4 * values.numel()))
        begin, end = end, end + len(chunks[-1])
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [begin, end]}
    digest = hashlib.sha256(b"".join(chunks)).hexdigest()
    fields = {name: "null" if value is None else str(value) for name, value in metadata.items()}
    text = json.dumps({"__metadata__": {**fields, "sha256": digest}, **header}).encode()
    text += b" " * (-len(text) % 8)
    temporary = Path(f"{file}.{os.getpid()}-0.tmp")
    with open(temporary, "xb") as target:
        target.write(struct.pack("<Q", len(text)) + text)
        for chunk in chunks:
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    temporary.replace(file)


def state_file_of(model):
    path = Path(model)
    return path.with_name(f"{path.stem}.training{path.suffix}")


# Training


class Training:
    def __init__(self, options, rank, world, device):
        self.options, self.rank, self.world, self.device = options, rank, world, device
        self.began, self.before = time.monotonic(), {"seconds": 0, "cpuSeconds": 0}
        self.corpus = Corpus(Path(options.corpus))
        self.updates = self.characters = 0
        position, tensors = None, None
        if options.resume:
            metadata, tensors = read_file(options.resume)
            position = json.loads(metadata.get("position", "{}"))
            if not position.get("pretraining"):
                sys.exit(f"{options.resume} is not the state of a pretraining.")
            if position["digest"] != self.corpus.digest:
                sys.exit("The training to go on with had another corpus.")
            self.updates, self.characters = position["updates"], position["characters"]
            self.before = {name: position[name] for name in self.before}
        self.recipe = position["recipe"] if position else recipe_of(options)
        wanted = {name: self.recipe.get(name, value) for name, value in FIXED.items()}
        others = [f"{name} {value}" for name, value in wanted.items() if value != FIXED[name]]
        if self.recipe["shape"]["cell"] != "gru":
            others.append(f"cell {self.recipe['shape']['cell']}")
        if others:
            sys.exit(f"The training to go on with is for Inkling's own engine: {', '.join(others)}.")
        self.budget = {"characters": options.characters, "seconds": options.minutes and options.minutes * 60}
        if self.budget == {"characters": None, "seconds": None}:
            self.budget = position["budget"] if position else {"characters": None, "seconds": 3600}
        if self.recipe["batch"] % world:
            sys.exit(f"The batch of {self.recipe['batch']} cannot be split among {world} processes.")
        batch = self.recipe["batch"] // world
        self.reader = Reader(self.corpus, self.recipe, range(rank * batch, (rank + 1) * batch), position)

        counts = self.corpus.byte_counts()
        network = self.create(counts)
        if tensors is not None:
            network.load_state_dict({name: tensors[name] for name in network.state_dict()})
        self.network = network.to(device)
        self.network.gru.flatten_parameters()
        self.optimizer = Adam(self.network, self.recipe, torch.tensor([count > 0 for count in counts]))
        if tensors is not None:
            self.optimizer.updates = int(metadata["updates"])
            for name in self.optimizer.parameters:
                self.optimizer.first[name] = tensors[FIRST + name].to(device)
                self.optimizer.second[name] = tensors[SECOND + name].to(device)
            self.optimizer.seen = self.optimizer.second["gru.weight_ih_l0"].ne(0).any(0)
        self.trained = nn.parallel.DistributedDataParallel(self.network) if world > 1 else self.network
        # All that an update reads and writes has its place, for a CUDA graph.
        self.states = self.zero_states(batch)
        self.table = torch.zeros(3, self.recipe["unroll"], batch, dtype=torch.uint8, device=device)
        self.reset = torch.zeros(batch, dtype=torch.bool, device=device)
        self.factors = torch.zeros(4, device=device)
        self.nats = torch.zeros((), device=device)
        self.eager, self.graph = 0, None

    def create(self, counts):
        network = Network(self.recipe["shape"])
        initialize(network, self.recipe, counts)
        return network

    def zero_states(self, streams):
        layers, units = self.network.state_shape
        return torch.zeros(layers, streams, units, device=self.device)

    def seconds(self):
        return self.before["seconds"] + time.monotonic() - self.began

    def cpu_seconds(self):
        return self.before["cpuSeconds"] + time.process_time()

    def fraction(self):
        characters, seconds = self.budget["characters"], self.budget["seconds"]
        spent = self.characters / characters if characters else 0
        return max(spent, self.seconds() / seconds if seconds else 0)

    def agree(self, *values):
        """Sums over all processes."""
        if self.world == 1:
            return values
        tensor = torch.tensor(values, dtype=torch.float64, device=self.device)
        distributed.all_reduce(tensor)
        return tensor.tolist()

    def update(self, fraction):
        """The characters of this process's text, and those that all have learned; their loss is added to `nats`."""
        table, reset = self.reader.streams.segment()
        counted = table[2].sum().item()
        own = (((table[1] & 0xC0) != 0x80) & (table[2] == 1)).sum().item()
        counted, characters = self.agree(counted, own)
        rate = self.recipe["learningRate"] * rate_at(self.recipe, self.updates, fraction)
        # DistributedDataParallel takes the mean over the processes.
        factors = torch.tensor([self.world / max(1, counted), *self.optimizer.factors(rate)])
        for place, values in ((self.table, table), (self.reset, reset), (self.factors, factors)):
            place.copy_(values.pin_memory() if self.device.type == "cuda" else values, non_blocking=True)
        self.compute()
        self.updates += 1
        self.characters += int(characters)
        return own, characters

    def compute(self):
        """An update. A GPU is given it as one recorded graph: a step of the network is shorter than the calls that ask for it."""
        if self.graph is not None:
            self.graph.replay()
        elif self.device.type != "cuda" or self.world > 1 or self.eager < EAGER_UPDATES:
            self.eager += 1
            self.learn()
        else:
            self.graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self.graph, stream=torch.cuda.current_stream()):
                self.learn()
            self.graph.replay()

    def learn(self):
        inputs, targets, mask = self.table.long()
        share, *factors = self.factors
        states = self.states.masked_fill(self.reset[None, :, None], 0)
        self.network.zero_grad(set_to_none=False)
        nats, states = self.trained(inputs, targets, mask, states)
        (nats * share).backward()
        seen = inputs
        if self.world > 1:
            gathered = [torch.empty_like(inputs) for _ in range(self.world)]
            distributed.all_gather(gathered, inputs.contiguous())
            seen = torch.stack(gathered)
        finite = self.optimizer.step(seen, *factors)
        # After a gradient that is not finite, all streams go on from the zero state.
        self.states.copy_(torch.where(finite, states.detach(), 0))
        self.nats.add_(nats.detach())

    @torch.no_grad()
    def score(self, limit):
        """Bits per character of each language's held-out text, frozen, read from the zero state."""
        scores = []
        for name, documents in zip(self.corpus.names, self.corpus.held_out):
            texts, left = [], limit
            ends = [*documents.starts[1:], len(documents.data)]
            for start, skip, after in zip(documents.starts, documents.skips, ends):
                if left <= 0:
                    break
                end = min(after - 1, start + skip + min(left, limit // 4))
                texts.append((documents.data[start:end], skip))
                left -= end - start - skip
            characters = sum(1 for text, skip in texts for byte in text[skip:] if byte & 0xC0 != 0x80)
            nats = self.nats_of(texts) if characters else 0
            bpc = nats / math.log(2) / characters if characters else None
            scores.append({"name": name, "bpc": bpc, "characters": characters})
        return scores

    def nats_of(self, texts, batch=64, steps=512):
        nats = 0.0
        texts = sorted(texts, key=lambda one: -len(one[0]))
        for first in range(0, len(texts), batch):
            group = texts[first : first + batch]
            longest = len(group[0][0])
            states = self.zero_states(len(group))
            rows = bytearray().join(text + bytes(longest - len(text)) for text, _ in group)
            table = torch.frombuffer(rows, dtype=torch.uint8).view(len(group), longest).t().long().to(self.device)
            places = torch.arange(1, longest, device=self.device)[:, None]
            skips = torch.tensor([skip for _, skip in group], device=self.device)
            lengths = torch.tensor([len(text) for text, _ in group], device=self.device)
            mask = ((places >= skips) & (places < lengths)).long()
            for at in range(0, longest - 1, steps):
                end = min(at + steps, longest - 1)
                loss, states = self.network(table[at:end], table[at + 1 : end + 1], mask[at:end], states)
                nats += loss.item()
        return nats

    def mean(self, scores):
        pairs = [(one["bpc"], share) for one, share in zip(scores, self.corpus.shares) if one["bpc"] is not None]
        return sum(bpc * share for bpc, share in pairs) / sum(share for _, share in pairs) if pairs else None

    def metadata(self, content, scores):
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {
            "format": "inkling",
            "version": 1,
            "content": content,
            "precision": "float32",
            **self.recipe["shape"],
            "trainedAt": now,
            "characters": self.characters,
            "corpusCharacters": sum(len(one.data) for one in self.corpus.training),
            "files": sum(len(one.starts) for one in self.corpus.training),
            "cpuSeconds": round(self.cpu_seconds()),
            "validationBpc": self.mean(scores),
            "initialBpc": None,
        }

    def write_model(self, scores):
        recipe = {name: value for name, value in self.recipe.items() if name != "shape"}
        remarks = {
            "corpus": self.corpus.digest,
            "languages": ",".join(self.corpus.names),
            "recipe": json.dumps({**recipe, "budget": self.characters}),
        }
        write_file(self.options.out, {**self.metadata("model", scores), **remarks}, self.optimizer.parameters)

    def save(self):
        self.reader.streams.restart()
        if self.rank > 0:
            return
        scores = self.score(GLANCE_BYTES)
        position = {
            "pretraining": True,
            "digest": self.corpus.digest,
            "recipe": self.recipe,
            "budget": self.budget,
            "updates": self.updates,
            "characters": self.characters,
            "seconds": self.seconds(),
            "cpuSeconds": self.cpu_seconds(),
            **self.reader.position(),
        }
        tensors = {
            **self.optimizer.parameters,
            **{FIRST + name: one for name, one in self.optimizer.first.items()},
            **{SECOND + name: one for name, one in self.optimizer.second.items()},
        }
        state = {**self.metadata("training", scores), "updates": self.updates, "position": json.dumps(position)}
        self.write_model(scores)
        write_file(state_file_of(self.options.out), state, tensors)
        report(f"{self.characters:,} characters, held out {summary(scores)}; mean {self.mean(scores) or 0:.2f}")

    def run(self):
        stopped = [False]
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stopped.__setitem__(0, True))
        shown, own, characters = time.monotonic(), 0, 0
        while True:
            # All processes have to come to the same decision.
            stop, fraction = self.agree(float(stopped[0]), self.fraction() / self.world)
            if stop or (fraction >= 1 and self.updates > 0):
                break
            read, learned = self.update(fraction)
            own, characters = own + read, characters + learned
            if self.updates % SAVE_UPDATES == 0:
                self.save()
            elapsed = time.monotonic() - shown
            if elapsed >= 10 and self.rank == 0:
                bpc = self.nats.item() / math.log(2) / max(1, own)
                report(f"Training {100 * fraction:.0f} %, in training {bpc:.2f} bpc, {characters / elapsed:,.0f} characters/s")
            if elapsed >= 10:
                self.nats.zero_()
                shown, own, characters = time.monotonic(), 0, 0
        if stop:
            self.save()
        if self.rank > 0:
            return
        scores = self.score(GLANCE_BYTES if stop else FULL_BYTES)
        self.write_model(scores)
        if not stop:
            state_file_of(self.options.out).unlink(missing_ok=True)
        print(
            json.dumps(
                {
                    "model": self.options.out,
                    "end": "stopped" if stop else "budget",
                    "characters": self.characters,
                    "validationBpc": self.mean(scores),
                    "seconds": self.seconds(),
                    "cpuSeconds": self.cpu_seconds(),
                    "heldOut": scores,
                }
            )
        )


def summary(scores):
    return ", ".join(f"{one['name']} {one['bpc'] or 0:.2f}" for one in scores)


def report(line):
    print(line, file=sys.stderr, flush=True)


def add_options(description):
    """The options that say what is trained on what, and how."""
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("corpus", help="folder with manifest.json")
    parser.add_argument("--characters", type=int, help="characters to learn, with repetition")
    parser.add_argument("--minutes", type=float, help="minutes by the clock on the wall (default: 60)")
    parser.add_argument("--rate", type=float, default=0.0035, help="highest learning rate")
    parser.add_argument("--hidden", type=int, default=384, help="units per layer")
    parser.add_argument("--batch", type=int, default=8, help="streams trained side by side, in all processes together")
    parser.add_argument("--unroll", type=int, default=64, help="time steps per update")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, help="threads of each process on the CPU")
    parser.add_argument("--device", help="cpu or cuda (default: cuda if there is one)")
    return parser


def prepared(options):
    """The device, ready to compute."""
    if options.threads:
        torch.set_num_threads(options.threads)
    device = options.device or ("cuda" if torch.cuda.is_available() else "cpu")
    if device == "cuda":
        device = f"cuda:{os.environ.get('LOCAL_RANK', 0)}"
        torch.cuda.set_device(device)
        torch.cuda.set_stream(torch.cuda.Stream())  # graphs cannot be recorded on the first
        torch.set_float32_matmul_precision("high")
    return torch.device(device)


def main():
    parser = add_options(__doc__)
    parser.add_argument("--out", required=True, help="model file to write; the state is written beside it")
    parser.add_argument("--layers", type=int, default=1)
    parser.add_argument("--resume", help="state to go on from, with its recipe")
    options = parser.parse_args()
    device = prepared(options)
    world, rank = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))
    if world > 1:
        distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        Training(options, rank, world, device).run()
    finally:
        if world > 1:
            distributed.destroy_process_group()


if __name__ == "__main__":
    main()
