"""Takes a wheel of TensorFlow and a folder: leaves the library in FOLDER/lib, and the headers of its C interface in FOLDER/include."""

import os
import shutil
import sys
import zipfile

wheel, folder = sys.argv[1:]
libraries = {"tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2"}
headers = "tensorflow/include/"
needed = ("tensorflow/c/", "tensorflow/core/platform/", "tensorflow/tsl/", "tsl/", "external/local_tsl/tsl/")

with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if name in libraries:
            target = os.path.join(folder, "lib", os.path.basename(name))
        elif name.startswith(headers) and name.endswith(".h") and name[len(headers) :].startswith(needed):
            target = os.path.join(folder, "include", name[len(headers) :])
        else:
            continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with archive.open(name) as source, open(target, "wb") as output:
            shutil.copyfileobj(source, output, 1 << 20)
