"""Loads safetensors files into PyTorch and prints the logits of the same bytes for each, as JSON: of a network of both
directions those of each byte but the first, of another those after each byte.

Usage: logits.py BYTES FILE... where BYTES are numbers joined by commas. Needs PyTorch only.
"""
import json
import struct
import sys

import torch

modules = {
    "gru": lambda *size, both: torch.nn.GRU(*size, bidirectional=both),
    "lstm": lambda *size, both: torch.nn.LSTM(*size, bidirectional=both),
    "rnn_tanh": lambda *size, both: torch.nn.RNN(*size, bidirectional=both),
    "rnn_relu": lambda *size, both: torch.nn.RNN(*size, bidirectional=both, nonlinearity="relu"),
}


def load(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32"
        begin, end = entry["data_offsets"]
        tensors[name] = torch.frombuffer(bytearray(data[begin:end]), dtype=torch.float32).reshape(entry["shape"])
    return metadata, tensors


def logits(path, inputs):
    metadata, tensors = load(path)
    cell, hidden, layers = metadata["cell"], int(metadata["hidden"]), int(metadata["layers"])
    both = metadata.get("direction") == "both"
    network = torch.nn.Module()
    network.add_module(cell.split("_")[0], modules[cell](256, hidden, layers, both=both))
    network.add_module("head", torch.nn.Linear(2 * hidden if both else hidden, 256))
    network.load_state_dict(tensors, strict=True)
    one_hot = torch.nn.functional.one_hot(torch.tensor(inputs), 256).float()
    with torch.no_grad():
        outputs, _ = getattr(network, cell.split("_")[0])(one_hot)
        if both:
            # Of each byte but the first: the forward state before it, the backward state behind it.
            behind = torch.cat([outputs[2:, hidden:], torch.zeros(1, hidden)])
            outputs = torch.cat([outputs[:-1, :hidden], behind], dim=1)
        return network.head(outputs).tolist()


torch.set_num_threads(1)
inputs = [int(byte) for byte in sys.argv[1].split(",")]
json.dump([logits(path, inputs) for path in sys.argv[2:]], sys.stdout)
