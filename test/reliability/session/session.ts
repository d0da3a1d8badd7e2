/**
 * One full session of the built extension and the command line, for `systemCalls.ts` to look at: `node session.ts FOLDER`. The folder has a
 * git repository in `workspace`; what is learned goes to `storage`, what commands write to `out`.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../harness/paths.ts";
import * as vscode from "../../unit/editor/fakeVscode.ts";
import { typedFile } from "./systemCalls.ts";
import { EditorWindow } from "./window.ts";

const [folder = ""] = process.argv.slice(2);
const workspace = join(folder, "workspace");
const out = (name: string): string => join(folder, "out", name);

async function inTheEditor(): Promise<void> {
	const window = await EditorWindow.open({
		folder: workspace,
		storage: join(folder, "storage"),
		settings: {
			"inkling.training.hiddenSize": 16,
			"inkling.training.startFrom": "scratch",
			"inkling.training.minutes": 1,
		},
	});
	await window.learned();
	const document = window.show(typedFile);
	await window.type(document, "export const answer20 = question", () => true);
	window.save(document);
	await window.train();
	assert.notEqual(window.state.model, null);
	await window.type(document, "\nexport const answer21 = ");
	await window.run("showPerplexity");
	await window.run("showFiles");
	await window.run("showLastRequests");
	assert.equal(await window.run("exportModel", vscode.Uri.file(out("exported.safetensors"))), true);
	assert.equal(await window.run("importModel", vscode.Uri.file(out("exported.safetensors")), { confirm: false }), true);
	window.close(document);
	const { serverPid } = window.state;
	window.dispose();
	// It writes what it has learned, and ends by itself.
	await window.until("the completion process ends", () => !isAlive(serverPid));
}

function isAlive(pid: number | undefined): boolean {
	try {
		process.kill(pid ?? 0, 0);
		return pid !== undefined;
	} catch {
		return false;
	}
}

async function command(...args: readonly string[]): Promise<void> {
	const child = spawn(process.execPath, [join(root, "dist/cli.cjs"), ...args], {
		stdio: ["ignore", "ignore", "inherit"],
	});
	const [code] = await once(child, "exit");
	assert.equal(code, 0, args.join(" "));
}

async function onTheCommandLine(): Promise<void> {
	const model = out("model.safetensors");
	const file = join(workspace, "file1.ts");
	const small = ["--hidden", "16", "--unroll", "16", "--threads", "2"];
	const place = ["--line", "2", "--column", "9"];
	await command("train", workspace, "--out", model, "--minutes", "0.03", ...small);
	await command("complete", "--model", model, "--folder", workspace, "--file", file, ...place);
	await command("complete", "--folder", workspace, "--file", file, ...place);
	await command("generate", "--model", model, "--prompt", "export ", "--characters", "20");
	await command("score", "--model", model, file);
	await command("inspect", model);
	await command("quantize", model, "--out", out("small.safetensors"));
	await command("evaluate", workspace, "--holdout", "4", "--budget-seconds", "1", ...small);
	await command("replay", workspace, "--holdout", "4", "--budget-seconds", "1", "--max-characters", "1000", ...small);
	await command("replay", workspace, "--commits", "2", "--characters", "200");
	await command("split", workspace, "--holdout", "4", "--out", out("parts"));
	await command("doctor");
}

mkdirSync(join(folder, "out"), { mode: 0o700 });
await inTheEditor();
await onTheCommandLine();
process.exit(0);
