// In place of @vscode/spdlog, a native module: the same calls, each line appended to the same file.
"use strict";
const fs = require("node:fs");
const path = require("node:path");

const levels = ["trace", "debug", "info", "warn", "error", "critical"];

class Logger {
	#file;
	#level = levels.indexOf("info");
	#plain = false;

	constructor(file) {
		this.#file = file;
		fs.mkdirSync(path.dirname(file), { recursive: true });
		fs.appendFileSync(file, "");
	}

	write(level, message) {
		if (level < this.#level) return;
		const line = this.#plain ? message : `${new Date().toISOString()} [${levels[level]}] ${message}\n`;
		try {
			fs.appendFileSync(this.#file, line);
		} catch {
			// The folder of a finished run is removed while its last process may still be writing.
		}
	}

	getLevel() {
		return this.#level;
	}

	setLevel(level) {
		this.#level = level;
	}

	setPattern() {}

	clearFormatters() {
		this.#plain = true;
	}

	flush() {}

	drop() {}
}

for (const [index, level] of levels.entries()) {
	Logger.prototype[level] = function (message) {
		this.write(index, message);
	};
}

exports.Logger = Logger;
exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.createRotatingLogger = async (_name, file) => new Logger(file);
exports.createAsyncRotatingLogger = async (_name, file) => new Logger(file);
