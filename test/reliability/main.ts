/**
 * A campaign against what others may do to Inkling: `npm run test:reliability -- [PART…] [--minutes M] [--seed S]`. Prints figures. Parts:
 *
 * - `fuzz`: damaged inputs for every reader, guided by coverage (also alone: `npm run test:fuzz`); `--inputs N` ends it earlier
 * - `kills`: processes killed while they write; `--kills N` instead of a time
 * - `disk`: operations that fail, folders deleted, disks full and read-only
 * - `updates`: processes of an older commit, `--old COMMIT`, and of the present sources in turns, killed
 * - `session`: the system calls of a full session
 * - `soak`: a window that is typed in, with `--plot FILE.svg`
 *
 * Without a part: fuzz, kills and disk. The same seed gives the same inputs.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { table } from "../../src/cli/terminal/format.ts";
import { type AdversityResult, deleteFolders, failOperations, fillDisks, whyNoDisk } from "./kills/adversities.ts";
import { failEachOperation } from "./kills/faultyDisk.ts";
import { type KillResult, waysToKill } from "./kills/kills.ts";
import { buildOld } from "./kills/oldVersion.ts";
import type { Launched } from "./kills/scene.ts";
import { traceSession, whyNotTraced } from "./session/systemCalls.ts";
import { plotSoak } from "./soak/plot.ts";
import { soak, summaryOf } from "./soak/soak.ts";

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		minutes: { type: "string", default: "10" },
		seed: { type: "string", default: "1" },
		inputs: { type: "string", default: "1000000" },
		kills: { type: "string", default: "Infinity" },
		rounds: { type: "string", default: "Infinity" },
		old: { type: "string" },
		plot: { type: "string" },
	},
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
const kills = Number(values.kills);
if (!(minutes > 0) || !(kills > 0) || !Number.isSafeInteger(seed))
	throw new Error("--minutes and --kills are above 0, --seed a whole number");

/** Whether a share of the time is over, counted from now. */
function during(share: number): () => boolean {
	const end = performance.now() + share * minutes * 60_000;
	return () => performance.now() >= end;
}

function fuzz(share: number): boolean {
	const script = join(import.meta.dirname, "fuzz", "main.ts");
	const args = ["--inputs", values.inputs, "--seed", values.seed, "--minutes", String(share * minutes)];
	return spawnSync(process.execPath, [script, ...args], { stdio: "inherit" }).status === 0;
}

function printKills(results: readonly KillResult[]): void {
	const files = [...new Set(results.flatMap(({ insideWrites }) => [...insideWrites.keys()]))].sort();
	const sum = (result: KillResult): number => [...result.insideWrites.values()].reduce((one, other) => one + other, 0);
	console.log(
		table([
			["killed", "times", "while writing", ...files],
			...results.map((result) => [
				result.name,
				`${result.kills}`,
				`${sum(result)}`,
				...files.map((file) => `${result.insideWrites.get(file) ?? ""}`),
			]),
		]),
	);
}

async function kill(share: number, versions: readonly Launched[] = [{}]): Promise<boolean> {
	const results: KillResult[] = [];
	for (const way of waysToKill) {
		const count = kills === Number.POSITIVE_INFINITY ? kills : Math.ceil(kills * way.share);
		const isOver = during(share * way.share);
		results.push(await way.kill({ seed, kills: count, versions, ...(Number.isFinite(kills) ? {} : { isOver }) }));
		const { name, kills: done, insideWrites } = results.at(-1) as KillResult;
		console.error(`${name}: ${done} ${JSON.stringify([...insideWrites])}`);
	}
	printKills(results);
	return true;
}

async function disk(share: number): Promise<boolean> {
	const rounds = Number(values.rounds);
	const results: AdversityResult[] = [
		...(await failOperations({ seed, rounds, isOver: during(share * 0.6) })),
		...(await deleteFolders({ seed, rounds, isOver: during(share * 0.2) })),
	];
	const reason = whyNoDisk();
	if (reason === undefined) results.push(...(await fillDisks({ seed, rounds, isOver: during(share * 0.2) })));
	else console.log(`Disks that are full or read-only are left out: ${reason}.\n`);
	const rows = results.map(({ name, rounds, told }) => [name, `${rounds}`, `${told}`]);
	console.log(table([["process", "rounds", "told of a failure"], ...rows]));
	const { faults, borne } = await failEachOperation();
	console.log(`Operations of one writing that failed, one at a time: ${faults}, of which ${borne} did no harm\n`);
	return true;
}

async function updates(share: number): Promise<boolean> {
	if (values.old === undefined) throw new Error("--old names the commit of the older version");
	const folder = mkdtempSync(join(tmpdir(), "inkling-old-"));
	try {
		const dist = buildOld(values.old, folder);
		return await kill(share, [{ dist }, {}]);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function session(): boolean {
	const reason = whyNotTraced();
	if (reason !== undefined) {
		console.log(`The session is left out: ${reason}.\n`);
		return true;
	}
	const folder = mkdtempSync(join(tmpdir(), "inkling-session-"));
	try {
		const { processes, calls, sockets, writes, openToOthers } = traceSession(folder);
		console.log(`${processes} processes, ${calls} system calls that open, make, change or connect something`);
		for (const [what, lines] of Object.entries({ sockets, writes, openToOthers }))
			console.log([`${what}: ${lines.length}`, ...lines.slice(0, 20)].join("\n  "));
		return sockets.length + writes.length + openToOthers.length === 0;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

async function soakFor(share: number): Promise<boolean> {
	const samples = await soak({ seed, isOver: during(share) }, (line) => console.error(line));
	const { rows, isFlat } = summaryOf(samples);
	console.log(table(rows));
	if (values.plot !== undefined) writeFileSync(values.plot, plotSoak(samples));
	return isFlat;
}

const parts: Readonly<Record<string, (share: number) => boolean | Promise<boolean>>> = {
	fuzz,
	kills: kill,
	disk,
	updates,
	session,
	soak: soakFor,
};
const chosen = positionals.length > 0 ? positionals : ["fuzz", "kills", "disk"];
const unknown = chosen.filter((part) => !Object.hasOwn(parts, part));
if (unknown.length > 0)
	throw new Error(`no such part: ${unknown.join(", ")}; there are ${Object.keys(parts).join(", ")}`);
console.log(`Seed ${seed}, ${minutes} minutes\n`);
let isSound = true;
for (const part of chosen) {
	console.log(`━━ ${part} ━━`);
	isSound = (await parts[part]?.(1 / chosen.length)) === true && isSound;
}
process.exit(isSound ? 0 : 1);
