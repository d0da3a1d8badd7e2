/**
 * Compressors, where they are installed: the size of the held-out part of a workspace once the rest is known. On Debian, `apt-get install xz-utils p7zip-full zpaq`; `npm ci` in bench/peers for the
 * one in JavaScript.
 */
import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inkling } from "./workspaces.ts";

/** Error of a compressor that is not installed. */
const notInstalled = 3;
/** Milliseconds; longer than any of them takes on a workspace. */
const longestMilliseconds = 30 * 60_000;
/** Of the orders 4 to 24, the best on two other projects; the library's own default is 5. */
const ppmOrder = 16;

interface Parts {
	/** Files of the training part and of the held-out part. */
	readonly train: string;
	readonly test: string;
	/** Both parts in one file. */
	readonly both: string;
	/** An empty folder to work in. */
	readonly scratch: string;
}

/** Bits of the held-out part; null if the program is not installed. */
type Peer = (parts: Parts) => Promise<number | null>;

/** The compressors by name. */
const peers: Readonly<Record<string, Peer>> = {
	"xz -9e": archived(async (file) => await output("xz", ["-9e", "--stdout", "--threads=1"], file)),
	// Through a pipe: given a file it knows the size, and uses less memory than it is told to.
	"7-Zip PPMd -o32": archived(async (file, scratch) => {
		const archive = join(scratch, "archive.7z");
		const method = "-m0=PPMd:o=32:mem=256m";
		const said = await output("7z", ["a", "-bd", "-y", "-t7z", method, "-sitext", archive], file);
		return said === null ? null : (await stat(archive)).size;
	}),
	"zpaq -m5": archived(async (file, scratch) => {
		await copyFile(file, join(scratch, "text"));
		const archive = join(scratch, "archive.zpaq");
		const said = await output("zpaq", ["add", archive, "text", "-m5", "-t1"], null, scratch);
		return said === null ? null : (await stat(archive)).size;
	}),
	"PPM in JavaScript": async ({ train, test }) => {
		const script = join(import.meta.dirname, "peers/ppm.mjs");
		const said = await run(process.execPath, [script, train, test, String(ppmOrder)], null);
		return said === null ? null : JSON.parse(said.toString()).bits;
	},
};

export const peerNames: readonly string[] = Object.keys(peers);

export interface PeerFigures {
	/** Characters of the test part. */
	readonly characters: number;
	/** Bits per character, by name; null for one that is not installed. */
	readonly bpc: Readonly<Record<string, number | null>>;
}

/** Measures each compressor on the same split that `evaluate` uses. */
export async function measureCompressors(workspace: string): Promise<PeerFigures> {
	const folder = await mkdtemp(join(tmpdir(), "inkling-bench-"));
	try {
		const { test } = await inkling<{ test: { characters: number } }>(
			"split",
			...[workspace, "--holdout", "10", "--out", folder],
		);
		const [train, tested, both] = ["train.txt", "test.txt", "both.txt"].map((file) => join(folder, file)) as [
			string,
			string,
			string,
		];
		await writeFile(both, Buffer.concat([await readFile(train), Buffer.of(0), await readFile(tested)]));
		const bpc: Record<string, number | null> = {};
		for (const [name, peer] of Object.entries(peers)) {
			process.stderr.write(`  ${name}\n`);
			const bits = await peer({ train, test: tested, both, scratch: join(folder, "scratch") });
			bpc[name] = bits === null ? null : bits / test.characters;
		}
		return { characters: test.characters, bpc };
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** The growth of an archive when the held-out part is appended to the training part. */
function archived(size: (file: string, scratch: string) => Promise<number | null>): Peer {
	return async ({ train, both, scratch }) => {
		const sizes: number[] = [];
		for (const file of [train, both]) {
			await rm(scratch, { recursive: true, force: true });
			await mkdir(scratch);
			const bytes = await size(file, scratch);
			if (bytes === null) return null;
			sizes.push(bytes);
		}
		const [one = 0, other = 0] = sizes;
		return (other - one) * 8;
	};
}

/** Number of bytes that a program writes to standard output; null if it is not installed. */
export async function output(program: string, args: readonly string[], input: string | null, cwd?: string) {
	return (await run(program, args, input, cwd))?.length ?? null;
}

/** What a program writes, fed with a file through a pipe; null if it, or what it needs, is not installed. */
function run(program: string, args: readonly string[], input: string | null, cwd?: string): Promise<Buffer | null> {
	return new Promise((resolve, reject) => {
		// Not `timeout`: its timer would keep this process alive after a program that is missing (findings/).
		const signal = AbortSignal.timeout(longestMilliseconds);
		const child = spawn(program, args, { cwd, stdio: ["pipe", "pipe", "ignore"], signal });
		const chunks: Buffer[] = [];
		child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
		child.on("error", (error) => {
			if (signal.aborted) reject(new Error(`${program} took too long`, { cause: error }));
			else resolve(null);
		});
		child.on("close", (code) => {
			if (code === 0) resolve(Buffer.concat(chunks));
			else if (code === notInstalled) resolve(null);
			else reject(new Error(`${program} ${args.join(" ")} ended with ${code}`));
		});
		// The program is missing or does not read its input.
		child.stdin.on("error", () => undefined);
		if (input === null) child.stdin.end();
		else createReadStream(input).pipe(child.stdin);
	});
}
