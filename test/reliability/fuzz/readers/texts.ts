/** Readers of what lies in a workspace: ignore files, git's configuration, globs, notebooks, text. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { decode } from "../../../../src/corpus/content/decode.ts";
import { isGeneratedName, isLockFile, isMarkedGenerated, isMinified } from "../../../../src/corpus/content/kinds.ts";
import { isMachineText } from "../../../../src/corpus/content/machineText.ts";
import { readNotebook } from "../../../../src/corpus/content/notebook.ts";
import { Effort } from "../../../../src/corpus/ignore/automaton.ts";
import { parseConfig } from "../../../../src/corpus/ignore/gitConfig.ts";
import { GitPatterns } from "../../../../src/corpus/ignore/gitPatterns.ts";
import { globMatcher } from "../../../../src/corpus/ignore/globs.ts";
import { findSecrets, maskSpans, secretMask } from "../../../../src/corpus/secrets/mask.ts";
import { isSecretPath } from "../../../../src/corpus/secrets/paths.ts";
import { visibleStretch } from "../../../../src/platform/visibleText.ts";
import { notebookJson } from "../../../unit/support/notebookText.ts";
import { damagedBytes, damagedJson } from "../mutations.ts";
import type { Reader } from "./reader.ts";

const ignoreFiles = [
	"*.log\n!keep.log\n/build/\n**/tmp-*/x?\n[[:alpha:]]x[[:constructor:]]\n[a-c]*.[!d]\n\\#a\nb\\ \n# comment\nnode_modules\n",
	"**\n!a/**/b\n*/*/*\n[]-a]\n[a-]\\\\x\n???\n",
	"\ufeff/a\r\nb/ \t\r\n\\!c\n",
];
const configFiles = [
	'[core]\n\texcludesFile = "~/a b" ; c\n[includeIf "gitdir:x/**"]\n\tpath = ../y\n[a "b\\"c"]d=\\\n e\n',
	"\ufeff[x.y]\r\n\tbare\r\n\tkey = a\\tb \\\r\n  c # d\r\n",
];
const globs = ["**/*.js", "{a,b}/**", "[!a-c]?", "docs/**/*.md", "a{,b}{**/c,d}", "{{a,b},c}\\{/[^]]*"];
/** The first line is the name of the file. */
const texts = [
	'a.ts\npassword = "hunter2hunter2"\nAPI_KEY=ghp_16C7e42F292c6912E7710c838347Ae178B4a\n<key>é</key>\r\n',
	".env\nDB_PASSWORD='x y' # c\nexport TOKEN=$(get)\nURL=postgres://u:p4ssw0rd@h/db?sslmode=off\n",
	"app.yml\nauth:\n  password: correct-horse-1\n  keys:\n    - id: a\n      secret: |\n        abcdef0123456789\n",
	"s.sql\nCREATE USER a IDENTIFIED BY 'pw'; INSERT INTO users (name, password) VALUES ('a', 'b1c2d3');\n",
	'p.py\nauth=("app", "s3cret" + "more")\nlogin(user="a", passwd=os.getenv("X", "def4ult"))\n# -----BEGIN RSA PRIVATE KEY-----\n',
	"c.sh\ncurl -u me:pa55word --header 'Authorization: Bearer abcdefghijklmnop' https://x\nmysql -psecret1\n",
	"k.txt\n-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\nmnemonic: apple river stone cloud table green happy wolf door lamp fish moon\n",
];

/** Ordinary work for a workspace, divided among the files. */
const effort = 2 ** 22;

export const textReaders: readonly Reader[] = [
	{
		name: "ignore file",
		share: 2,
		seeds: ignoreFiles.map((file) => Buffer.from(file)),
		// The automaton of a file takes a few dozen bytes for each byte of a pattern; its effort limits it.
		allocation: 256,
		held: 256,
		fixedAllocation: 2 ** 24,
		read(file) {
			for (const ignoreCase of [false, true]) {
				const patterns = new GitPatterns(file.toString("latin1"), { ignoreCase, effort: new Effort(effort) });
				for (const path of ["a", "build", "x/tmp-1/xy", "b ", "node_modules/a.log"]) patterns.ignores(path, true);
			}
			return true;
		},
	},
	{
		name: "git configuration",
		share: 2,
		seeds: configFiles.map((file) => Buffer.from(file)),
		// A line of two bytes is an entry with its name and value, and each look at it leaves some garbage.
		allocation: 256,
		read(file) {
			for (const { name, value } of parseConfig(file.toString())) assert.equal(typeof name, typeof value);
			return true;
		},
	},
	{
		name: "glob",
		share: 2,
		seeds: globs.map((glob) => Buffer.from(glob)),
		// An automaton is many times its pattern; its effort limits both.
		allocation: 512,
		held: 512,
		fixedAllocation: 2 ** 24,
		read(file) {
			const matches = globMatcher(file.toString().split("\n"), false, new Effort(effort));
			for (const path of ["a", "a/b.js", "docs/x/y.md", "ab", ""]) matches(path);
			return true;
		},
	},
	{
		name: "notebook",
		share: 2,
		seeds: [
			Buffer.from(notebookJson(["a = 1\nb", { type: "markdown", source: "text" }])),
			Buffer.from(
				notebookJson(
					[
						{ source: "x", language: "javascript" },
						{ type: "raw", source: "" },
					],
					"c++17",
				),
			),
		],
		allocation: 64,
		damage: damagedJson,
		read(file) {
			const notebook = readNotebook(file.toString());
			if (notebook === null) return false;
			assert.equal(typeof notebook.text, "string");
			assert.equal(typeof notebook.language, "string");
			return true;
		},
	},
	{
		name: "text",
		share: 4,
		seeds: [...texts.map((text) => Buffer.from(text)), Buffer.from("\ufeffa.ts\nlet a = 1;\n", "utf16le")],
		// Garbage: where names of secrets follow each other without blanks, each is looked at by dozens of expressions, which leave matches and
		// slices. What is held is a span for each secret.
		allocation: 256,
		// V8 drops compiled expressions when it collects, as it does to measure what is held, and compiles these dozens again.
		fixedAllocation: 2 ** 22,
		damage: damagedBytes,
		read(file) {
			const decoded = decode(file);
			if (!("text" in decoded)) return false;
			const { text } = decoded;
			const path = text.slice(0, text.indexOf("\n"));
			for (const judge of [isSecretPath, isLockFile, isGeneratedName]) judge(path);
			for (const judge of [isMarkedGenerated, isMinified, isMachineText]) judge(text);
			visibleStretch(path, 600);
			const spans = findSecrets(text, path);
			let end = 0;
			for (const span of spans) {
				const isInOrder = span.start >= end && span.end > span.start && span.end <= text.length;
				// Not as a message: that would be made for each of thousands of spans.
				if (!isInOrder) assert.fail(JSON.stringify(spans));
				end = span.end;
			}
			// The spans are not sought again: a file is searched once.
			assert.ok(maskSpans(text, spans).length <= text.length + spans.length * secretMask.length);
			return true;
		},
	},
];
