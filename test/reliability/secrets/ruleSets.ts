/** Runs published rule sets over the planted files, to have something to compare with. They are installed into a temporary folder. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Plant } from "./plants.ts";

export interface RuleSet {
	/** With its version. */
	readonly name: string;
	/** By number of the plant: whether it was found. */
	readonly found: readonly boolean[];
}

/** What was found: a range of UTF-16 units of a file, or a line of it, counted from 1. */
interface Finding {
	readonly number: number;
	readonly range?: readonly [start: number, end: number];
	readonly line?: number;
	readonly lastLine?: number;
}

const secretlint = "13.0.7";
const detectSecrets = "1.5.0";
const gitleaks = "v8.30.1";

/** Those that can be installed here; `say` is told of the others. */
export function runRuleSets(plants: readonly Plant[], say: (line: string) => void): RuleSet[] {
	const folder = mkdtempSync(join(tmpdir(), "inkling-rule-sets-"));
	try {
		const files = join(folder, "files");
		for (const [number, { path, text }] of plants.entries()) {
			const file = join(files, String(number), path);
			mkdirSync(dirname(file), { recursive: true });
			writeFileSync(file, text);
		}
		const runs: [name: string, run: () => Finding[]][] = [
			[`secretlint ${secretlint}`, () => withSecretlint(folder, plants)],
			[`detect-secrets ${detectSecrets}`, () => withDetectSecrets(folder, files)],
			[`gitleaks ${gitleaks}`, () => withGitleaks(folder, files)],
		];
		return runs.flatMap(([name, run]) => {
			try {
				const findings = run();
				const found = plants.map(() => false);
				for (const finding of findings) {
					const plant = plants[finding.number];
					if (plant && touches(plant, finding)) found[finding.number] = true;
				}
				return [{ name, found }];
			} catch (error) {
				say(`${name} is left out: ${(error as Error).message.trim().split("\n").at(-1)}`);
				return [];
			}
		});
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Whether the finding lies on a part of the secret. */
function touches({ text, parts }: Plant, { range, line, lastLine }: Finding): boolean {
	return parts.some((part) => {
		const start = text.indexOf(part);
		if (range) return range[0] < start + part.length && range[1] > start;
		const first = text.slice(0, start).split("\n").length;
		const last = first + part.split("\n").length - 1;
		return line !== undefined && line <= last && (lastLine ?? line) >= first;
	});
}

function must(command: string, args: readonly string[], cwd: string, allowed: readonly number[] = [0]): string {
	const { status, stdout, stderr, error } = spawnSync(command, args, {
		cwd,
		encoding: "utf8",
		maxBuffer: 2 ** 28,
		timeout: 300_000,
		env: { ...process.env, GOBIN: join(cwd, "bin"), GOFLAGS: "-modcacherw", GOPATH: join(cwd, "go") },
	});
	if (error) throw error;
	if (!allowed.includes(status ?? 1)) throw new Error(stderr || stdout || `${command} ended with ${status}`);
	return stdout;
}

const secretlintScript = `
import { lintSource } from "@secretlint/core";
import { creator } from "@secretlint/secretlint-rule-preset-recommend";
import { readFileSync } from "node:fs";
const findings = [];
const plants = JSON.parse(readFileSync("plants.json", "utf8"));
for (const [number, { path, text }] of plants.entries()) {
	const { messages } = await lintSource({
		source: { content: text, filePath: "/" + path, ext: "." + path.split(".").at(-1), contentType: "text" },
		options: { noPhysicFilePath: true, config: { rules: [{ id: "preset", rule: creator }] } },
	});
	for (const { range } of messages) findings.push({ number, range });
}
console.log(JSON.stringify(findings));
`;

function withSecretlint(folder: string, plants: readonly Plant[]): Finding[] {
	const home = join(folder, "secretlint");
	mkdirSync(home);
	writeFileSync(join(home, "package.json"), '{ "private": true, "type": "module" }');
	const packages = ["core", "secretlint-rule-preset-recommend"].map((name) => `@secretlint/${name}@${secretlint}`);
	must("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...packages], home);
	writeFileSync(join(home, "scan.js"), secretlintScript);
	writeFileSync(join(home, "plants.json"), JSON.stringify(plants.map(({ path, text }) => ({ path, text }))));
	return JSON.parse(must(process.execPath, ["scan.js"], home)) as Finding[];
}

function withDetectSecrets(folder: string, files: string): Finding[] {
	const home = join(folder, "python");
	must("python3", ["-m", "venv", home], folder);
	must(join(home, "bin", "pip"), ["install", "--quiet", `detect-secrets==${detectSecrets}`], folder);
	const report = must(join(home, "bin", "detect-secrets"), ["scan", "--all-files", "--no-verify", "."], files);
	const { results } = JSON.parse(report) as { results: Record<string, { line_number: number }[]> };
	return Object.entries(results).flatMap(([path, found]) =>
		found.map(({ line_number: line }) => ({ number: Number(path.split("/")[0]), line })),
	);
}

function withGitleaks(folder: string, files: string): Finding[] {
	must("go", ["install", `github.com/zricethezav/gitleaks/v8@${gitleaks}`], folder);
	const report = join(folder, "gitleaks.json");
	must(
		join(folder, "bin", "gitleaks"),
		["dir", ".", "--report-path", report, "--report-format", "json", "--no-banner"],
		files,
		[0, 1],
	);
	const findings = JSON.parse(readFileSync(report, "utf8")) as { File: string; StartLine: number; EndLine: number }[];
	return findings.map(({ File: file, StartLine: line, EndLine: lastLine }) => ({
		number: Number(file.replace(/^\.\//, "").split("/")[0]),
		line,
		lastLine,
	}));
}
