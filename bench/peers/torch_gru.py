"""
PyTorch's GRU on one thread. Arguments: hidden, batch, unroll, repetitions, seconds. Prints characters per second, and the
rate of the matrix product beneath: some builds come with a slow one, and are then no measure of PyTorch.
"""
import json
import sys
import time

try:
    import torch
    from torch import nn
except ImportError:
    sys.exit(3)

hidden, batch, unroll, repetitions = map(int, sys.argv[1:5])
seconds = float(sys.argv[5])
symbols = 256
torch.set_num_threads(1)
torch.manual_seed(1)

gru = nn.GRU(symbols, hidden)
head = nn.Linear(hidden, symbols)
parameters = [*gru.parameters(), *head.parameters()]
optimizer = torch.optim.Adam(parameters, lr=2e-3)
text = torch.randint(0, 128, (unroll + 1, batch))
inputs = nn.functional.one_hot(text[:-1], symbols).float()
targets = text[1:].reshape(-1)
state = torch.zeros(1, batch, hidden)


def update():
    global state
    outputs, state = gru(inputs, state.detach())
    loss = nn.functional.cross_entropy(head(outputs).reshape(-1, symbols), targets)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(parameters, 1)
    optimizer.step()


def product():
    weights @ columns


def rate(work):
    start = time.perf_counter()
    times = 0
    while time.perf_counter() - start < seconds:
        work()
        times += 1
    return times / (time.perf_counter() - start)


weights = torch.randn(3 * hidden, hidden)
columns = torch.randn(hidden, batch)
rate(product)
gflops = rate(product) * 2 * 3 * hidden * hidden * batch / 1e9
rate(update)
rates = [rate(update) * batch * unroll for _ in range(repetitions)]
print(json.dumps({"rates": rates, "gemmGflops": gflops}))
