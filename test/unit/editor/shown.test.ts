/**
 * Nothing that a stranger writes becomes a link, an icon or a line of its own. What VS Code makes of a text is found out by
 * its own code, as far as the Monaco editor has it.
 */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import type { CorpusReport } from "../../../src/domain/corpus.ts";
import type { Inkling } from "../../../src/editor/inkling.ts";
import type { FilesParts } from "../../../src/editor/training/filesTree.ts";
import { readModel } from "../../../src/model/checkpoint.ts";
import { Failure, type FailureCode, failureSentences } from "../../../src/platform/failure.ts";
import { root } from "../../harness/paths.ts";
import { exampleModel, formatFile } from "../model/modelFixture.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";
import { configuration, extensions, logged, messages, statusItem, window, workspace } from "./fakeVscode.ts";
import { freshInputs } from "./status/inputs.ts";

const { Hover, iconText, askUser, openLog, showError, showInformation, showList, showProgress, showWarning } =
	await import("../../../src/editor/shown.ts");

const { Settings } = await import("../../../src/editor/settings/settings.ts");
const { failureSentence } = await import("../../../src/editor/status/sentences.ts");
const { languageName } = await import("../../../src/editor/status/languageNames.ts");
const { StatusItem } = await import("../../../src/editor/status/statusItem.ts");
const { FilesTree } = await import("../../../src/editor/training/filesTree.ts");
const { ReadOnlyDocument } = await import("../../../src/editor/readOnlyDocument.ts");

const monaco = (path: string) => pathToFileURL(join(root, "node_modules/monaco-editor/esm/vs", path)).href;
const { parseLinkedText } = await import(monaco("base/common/linkedText.js"));
const { marked } = await import(monaco("base/common/marked/marked.js"));

/** Runs nothing but *Show Log*. */
const link = "[look](command:inkling.showLog)";
/** The same in other dress, and what else VS Code or a reader might take for more than text. */
const hostile = [
	link,
	`[look](https://example.invalid "title")`,
	"https://example.invalid/look",
	"www.example.invalid and someone@example.invalid",
	"<a href='command:inkling.showLog'>look</a>",
	"&#91;look](command:inkling.showLog)",
	"\\[look](command:inkling.showLog)",
	"![look](command:inkling.showLog)",
	"[look][1]\n\n[1]: command:inkling.showLog",
	"`code` **bold** # head",
	"$(zap) ready",
	"\\$(zap) ready",
	"first\n2026-01-01 00:00:00.000 [error] second",
	"a\u202etxt.exe",
	"x".repeat(5000),
] as const;
const anyText = fc.oneof(
	fc.constantFrom(...hostile),
	fc
		.array(fc.constantFrom("[", "]", "(", ")", "\\", "$(", "command:a", "](", " ", "\n", "a", "<", "&", "`"), {
			maxLength: 30,
		})
		.map((parts) => parts.join("")),
);

function assertPlain(text: string): void {
	const nodes: readonly unknown[] = parseLinkedText(text).nodes;
	assert.ok(
		nodes.every((node) => typeof node === "string"),
		`a link in a message: ${text}`,
	);
	assert.doesNotMatch(text, /[\p{Cc}\p{Bidi_Control}]/u);
	assert.ok(text.length <= 700, `${text.length}`);
}

interface Token {
	readonly type: string;
	readonly href?: string;
	readonly tokens?: readonly Token[];
	readonly items?: readonly Token[];
}

/** Where the links of Markdown lead, and that there is nothing else in it than paragraphs and lists of text. */
function linksOf(markdown: string): string[] {
	const links: string[] = [];
	const visit = ({ type, href, tokens = [], items = [] }: Token): void => {
		assert.ok(
			["paragraph", "space", "text", "escape", "link", "list", "list_item"].includes(type),
			`${type} in Markdown: ${markdown}`,
		);
		if (href !== undefined) links.push(href);
		for (const token of [...tokens, ...items]) visit(token);
	};
	for (const token of marked.lexer(markdown) as readonly Token[]) visit(token);
	return links;
}

describe("what the user is shown", () => {
	beforeEach(() => {
		messages.length = 0;
		logged.length = 0;
	});

	it("has no link in a notification or a dialog", () => {
		fc.assert(
			fc.property(anyText, (text) => {
				messages.length = 0;
				void showInformation(text);
				void showWarning(`The folder ${text} is gone.`, "Again");
				void showError(text);
				void askUser(text, text, "Yes");
				assert.equal(messages.length, 4);
				for (const { text: shown, items } of messages) {
					assertPlain(shown);
					for (const item of items) if (typeof item === "object") assertPlain((item as { detail: string }).detail);
				}
			}),
		);
	});

	it("has no link in the notification of a progress", async () => {
		for (const text of hostile) {
			await showProgress(text, async (report) => report({ message: text, increment: 1 }));
			for (const shown of [window.progress.title, ...window.progress.reports]) assertPlain(shown);
		}
	});

	it("has only the links in Markdown that Inkling puts there", () => {
		fc.assert(
			fc.property(anyText, (text) => {
				const hover = new Hover(["inkling.train"])
					.paragraph(text)
					.list([text, `The language is ${text}.`])
					.links([
						{ title: text, command: "inkling.train" },
						{ title: "Next", command: "inkling.train", args: [text] },
					]);
				const links = linksOf(hover.markdown.value);
				assert.equal(links.length, 2, hover.markdown.value);
				for (const one of links) assert.match(one, /^command:inkling\.train(\?|$)/);
			}),
		);
		assert.throws(() => new Hover([]).links([{ title: "Train", command: "inkling.train" }]), TypeError);
	});

	it("has only the icons in labels that Inkling puts there", () => {
		fc.assert(
			fc.property(anyText, (text) => {
				const label = iconText("pencil", text);
				assert.equal([...label.matchAll(/\$\([a-z]/g)].length, 1, label);
				showList(text, text, [{ label: text, description: text }]);
				const { title, placeholder, items } = window.quickPick;
				window.quickPick.dispose();
				for (const shown of [title, placeholder, items[0]?.label, (items[0] as { description?: string }).description])
					assert.doesNotMatch(shown ?? "", /\$\(|[\p{Cc}\p{Bidi_Control}]/u);
			}),
		);
	});

	it("says why what was chosen from a list cannot be done", async () => {
		const refuse = async (): Promise<void> => {
			throw new Error("Unable to write into user settings.");
		};
		const fail = (): void => {
			throw new Error("Illegal value for `line`");
		};
		for (const [run, text] of [
			[refuse, "Unable to write into user settings."],
			[fail, "Illegal value for `line`"],
		] as const) {
			showList("menu", "choose", [{ label: "Disable Everywhere", run }]);
			window.quickPick.choose("Disable Everywhere");
			await new Promise((resolve) => setImmediate(resolve));
			assert.deepEqual([messages.at(-1)?.kind, messages.at(-1)?.text], ["error", text]);
		}
	});

	it("begins no line of the log, and no link in it", () => {
		const log = openLog();
		for (const text of hostile) log.warn(`The folder ${text} is gone.`);
		log.dispose();
		assert.equal(logged.length, hostile.length);
		for (const message of logged) {
			for (const line of message.split("\n").slice(1)) assert.match(line, /^ {4}/);
			assert.doesNotMatch(message, /:\/\/|\p{Bidi_Control}/u);
		}
	});
});

describe("a command link in text of a stranger", () => {
	const path = useTemporaryFolder();

	beforeEach(() => {
		messages.length = 0;
		workspace.isTrusted = true;
		configuration.reset();
	});

	it("is none where a failure names a file, a folder or what a file holds", () => {
		for (const code of Object.keys(failureSentences) as FailureCode[]) {
			const sentence = failureSentence({ code, detail: `before ${link} after` });
			void showError(sentence);
			assertPlain(messages.at(-1)?.text ?? "");
		}
	});

	it("is none where it is a name in the header of a model's file", async () => {
		const { shape } = exampleModel();
		const entry = { dtype: "F32", shape: [1], data_offsets: [0, 4] };
		const metadata = { format: "inkling", version: "1", content: "model", cell: link };
		for (const header of [
			{ [link]: entry },
			{ "gru.weight_ih_l0": { ...entry, dtype: link } },
			{ __metadata__: metadata, [link]: entry },
			{ __metadata__: { ...metadata, cell: shape.cell, hidden: link } },
			{ __metadata__: { [link]: 1 } as unknown as Record<string, string> },
		]) {
			await writeFile(path("m.safetensors"), formatFile(JSON.stringify(header), Buffer.alloc(4)));
			const failure = await readModel(path("m.safetensors")).then(() => undefined, Failure.report);
			assert.ok(failure !== undefined);
			void showError(failureSentence(failure));
			assertPlain(messages.at(-1)?.text ?? "");
		}
	});

	it("is none where it is the value of a setting, or a pattern in one", () => {
		configuration.user.values["inkling.suggestions.threshold"] = link;
		configuration.user.values["inkling.files.exclude"] = { [link]: "yes" };
		const log = openLog();
		const settings = new Settings(log);
		settings.checkAll();
		settings.dispose();
		log.dispose();
		assert.equal(messages.length, 2);
		for (const { text } of messages) {
			assert.match(text, /look/);
			assertPlain(text);
		}
	});

	it("is none where it is the name of a language, in the status bar, its tooltip and the menu", () => {
		extensions.all = [{ packageJSON: { contributes: { languages: [{ id: "odd", aliases: [`$(zap) ${link}`] }] } } }];
		const off = { enabled: false, decidedBy: { layer: "user", forLanguage: true } } as const;
		const statusInputs = { ...freshInputs, suggestions: off, language: languageName("odd") };
		const statistics = { statistics: { shown: 0, medianMilliseconds: null } };
		const measured = { openFile: { bpc: undefined }, measurements: { measurements: null } };
		const inkling = { statusInputs, statistics, ...measured, onDidChange: () => ({ dispose: () => {} }) };
		new StatusItem(inkling as unknown as Inkling).dispose();
		extensions.all = [];
		assert.equal([...statusItem.text.matchAll(/\$\(/g)].length, 1, statusItem.text);
		const links = linksOf(statusItem.tooltip?.value ?? "");
		assert.deepEqual(links, [
			"command:inkling.toggleLanguage",
			"command:inkling.train",
			"command:inkling.showPerplexity",
			"command:inkling.showFiles",
			"command:inkling.showFirstSteps",
			"command:inkling.showLog",
		]);
	});

	it("is none in the tree of files", async () => {
		const name = `$(zap) a\nUsed (1) ${link}\u202e`;
		const report: CorpusReport = {
			used: [{ path: `${name}/x/${name}`, bytes: 1, heldOut: false, digest: "", masked: 0 }],
			leftOut: [{ path: name, reason: "binary" }],
		};
		const parts = { store: { corpusReport: async () => report }, settings: { isForcedOff: () => false }, log: {} };
		const files = new FilesTree(parts as unknown as FilesParts);
		await files.show();
		const shown: string[] = [];
		const visit = (nodes: ReturnType<typeof files.getChildren>): void => {
			for (const node of nodes) {
				const { label, tooltip, accessibilityInformation } = files.getTreeItem(node);
				assert.doesNotMatch(String(label), /\$\(/);
				shown.push(
					String(label),
					...String(tooltip).split("\n"),
					...String(accessibilityInformation?.label).split("\n"),
				);
				visit(files.getChildren(node));
			}
		};
		visit(files.getChildren());
		files.dispose();
		const named = shown.filter((line) => line.includes("look"));
		assert.ok(named.length >= 5, shown.join());
		for (const line of named) {
			assert.match(line, /a\\u\{a\}Used/);
			assert.doesNotMatch(line, /\p{Bidi_Control}/u);
		}
	});

	it("begins no line in a document", async () => {
		const document = new ReadOnlyDocument("test", "Test");
		await document.show(["first", `a\nsecond ${link}\u202e http://example.invalid`]);
		const text = workspace.contentProvider?.provideTextDocumentContent() ?? "";
		document.dispose();
		assert.equal(text.split("\n").length, 3, text);
		assert.doesNotMatch(text, /\p{Bidi_Control}|:\/\//u);
	});
});
