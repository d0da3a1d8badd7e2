#!/usr/bin/env bash
# Python package safetensors 0.8.0 (0.4.5 and 0.6.2 do the same): the reader is both more lenient and more uneven than
# the description of the format suggests.
#   * "__metadata__" may be null, an entry may have any further members, and an entry may be a list of its values in the
#     order type, shape, offsets, where the description has an object.
#   * A key that stands twice is not treated alike: of two tensors of one name, or two values of one metadata key, the
#     last is taken without a word; a second "__metadata__" or a second "dtype" in an entry is an error.
#   * A whole number written 1.0 is an error, so a writer whose numbers are all floating-point must not print a point.
# A reader that must agree with it cannot be derived from a JSON parser that keeps the last of equal keys.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check safetensors==0.8.0
cat >check.py <<'END'
import struct, safetensors

ENTRY = '"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}'
OTHER = '"a":{"dtype":"I8","shape":[1],"data_offsets":[0,1]}'
HEADERS = {
    "null metadata": '{"__metadata__":null,%s}' % ENTRY,
    "further member": '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"more":{}}}',
    "entry as a list": '{"a":["U8",[1],[0,1]]}',
    "tensor twice": "{%s,%s}" % (ENTRY, OTHER),
    "metadata key twice": '{"__metadata__":{"k":"1","k":"2"},%s}' % ENTRY,
    "metadata twice": '{"__metadata__":{},"__metadata__":{},%s}' % ENTRY,
    "type twice": '{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
    "size 1.0": '{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}',
}
for name, header in HEADERS.items():
    try:
        tensors = safetensors.deserialize(struct.pack("<Q", len(header)) + header.encode() + b"\0")
        print(f"{name}: takes {[(name, tensor['dtype']) for name, tensor in tensors]}")
    except safetensors.SafetensorError:
        print(f"{name}: refuses")
END
venv/bin/python check.py | tee seen
diff seen - <<'END'
null metadata: takes [('a', 'U8')]
further member: takes [('a', 'U8')]
entry as a list: takes [('a', 'U8')]
tensor twice: takes [('a', 'I8')]
metadata key twice: takes [('a', 'U8')]
metadata twice: refuses
type twice: refuses
size 1.0: refuses
END
