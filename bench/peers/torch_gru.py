"""
PyTorch's GRU in the race (bench/race.ts), on one thread. Arguments: hidden, batch, unroll, seconds. Says which library multiplies its
matrices, and how fast that is: some builds come with a slow one, and are then no measure of PyTorch.
"""
import json
import os
import re
import sys
import time

try:
    import torch
    from torch import nn
except ImportError:
    sys.exit(3)

hidden, batch, unroll = map(int, sys.argv[1:4])
seconds = float(sys.argv[4])
symbols = 256
torch.set_num_threads(1)
torch.manual_seed(1)

gru = nn.GRU(symbols, hidden)
head = nn.Linear(hidden, symbols)
parameters = [*gru.parameters(), *head.parameters()]
optimizer = torch.optim.Adam(parameters, lr=1e-3)
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
    for _ in range(100):
        weights @ columns


def lap(work, amount):
    """How much is done in a second by the clock, and of CPU time."""
    start, cpu = time.perf_counter(), time.process_time()
    done = 0
    while done == 0 or time.perf_counter() - start < seconds:
        work()
        done += amount
    return {
        "perSecond": done / (time.perf_counter() - start),
        "perCpuSecond": done / max(1e-6, time.process_time() - cpu),
    }


def libraries():
    """The loaded libraries of linear algebra, where the system tells."""
    try:
        with open("/proc/self/maps") as maps:
            loaded = {os.path.basename(line.split()[-1]) for line in maps if ".so" in line}
    except OSError:
        return []
    return sorted(name for name in loaded if re.search(r"blas|mkl_core|mkl_rt|blis|dnnl", name))


def write(value):
    print(json.dumps(value), flush=True)


weights = torch.randn(3 * hidden, hidden)
columns = torch.randn(hidden, batch)
flop = 100 * 2 * 3 * hidden * hidden * batch
lap(product, flop)
gflops = lap(product, flop)["perCpuSecond"] / 1e9
lap(update, batch * unroll)
blas = ", ".join(libraries()) or ("MKL" if torch.backends.mkl.is_available() else "unknown BLAS")
write({"about": f"PyTorch {torch.__version__}, {blas}", "gemmGflops": gflops})
for _ in sys.stdin:
    write(lap(update, batch * unroll))
