/**
 * Runs a script of this project on Node 24, whatever Node npm itself runs on: `node node24.cjs FILE [ARGUMENT…]`. Node 24
 * comes as an optional dependency, one package for each platform. Their `bin` entries cannot be relied on: npm 10 removes
 * the link that belongs to this platform together with those of the others. Must itself run on Node 20.
 */
"use strict";
const { spawn } = require("node:child_process");
const { existsSync } = require("node:fs");
const { delimiter, dirname, join } = require("node:path");

const platform = process.platform === "win32" ? "win" : process.platform;
const executable = process.platform === "win32" ? "node.exe" : "node";
const node = [`node-${platform}-${process.arch}`, `node-bin-${platform}-${process.arch}`]
	.map((name) => join(__dirname, "node_modules", name, "bin", executable))
	.find((file) => existsSync(file));

// The first to run TypeScript sources as they are.
const [major, minor] = process.versions.node.split(".").map(Number);
const recent = major > 22 || (major === 22 && minor >= 18);
if (node === undefined && !recent) {
	console.error(
		existsSync(join(__dirname, "node_modules"))
			? `There is no package of Node 24 for ${process.platform} on ${process.arch}: please use Node 22.18 or newer.`
			: "Please run npm ci first.",
	);
	process.exit(1);
}

const command = node ?? process.execPath;
// Windows calls it Path.
const path = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
const child = spawn(command, process.argv.slice(2), {
	stdio: "inherit",
	env: { ...process.env, [path]: `${dirname(command)}${delimiter}${process.env[path]}` },
});
// Ctrl+C reaches the child too, which may have something to stop before it ends.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
	console.error(error.message);
	process.exitCode = 1;
});
child.on("exit", (code, signal) => {
	process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
});
