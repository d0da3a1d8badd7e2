// In place of @vscode/ripgrep, which downloads its binary when it is installed; its sister package ships one.
"use strict";
const path = require("node:path");
exports.rgPath = path.join(__dirname, "../ripgrep-universal/bin", `${process.platform}-${process.arch}`, "rg");
