/** Finds the values of the names of secrets in the elements and attributes of XML and its like. */
import type { SearchedText } from "../searchedText.ts";
import type { Span } from "../span.ts";
import { takeIfSecret } from "./judgement.ts";
import type { Name } from "./names.ts";

const elementName = /<(?:[\w.-]{1,40}:)?$/;
/** The names of elements whose text is the value of the name in an attribute. */
const keyedElement =
	/<(?:[\w.-]{1,20}:)?(?:entry|property|properties|string|param|parameter|prop|setting|add|item|constant|env|arg|argument|variable|var|data|field|config|key|attribute|context-param|init-param|simple|systemProperty|environmentVariable)\b[^<>]{0,200}$/i;

/** `<password>x</password>`, `<property name="password">x</property>`. */
export function elementValue(source: SearchedText, name: Name, at: number, spans: Span[]): void {
	const { text } = source;
	const prefix = source.linePrefix(name.start);
	const isElement = elementName.test(prefix) && /^[\w.:-]*$/.test(text.slice(name.start, name.wordStart));
	if (isElement || keyedElement.test(prefix)) contents(source, name, at + 1, spans);
}

const valueElement =
	/<\/(?:key|name|param-name|env-entry-name|string|property)>\s{0,80}<(?:\w{1,20}:)?(?:string|value|param-value|env-entry-value|data)>/iy;

/** `<key>password</key><string>x</string>`: the name and the value are elements. */
export function nextElement(source: SearchedText, name: Name, spans: Span[]): void {
	valueElement.lastIndex = name.end;
	if (valueElement.test(source.text)) contents(source, name, valueElement.lastIndex, spans);
}

/** The text of an element, up to the next mark. */
function contents(source: SearchedText, name: Name, at: number, spans: Span[]): void {
	const { text } = source;
	const part = text.slice(at, at + 4096);
	let from = part.search(/\S/);
	const inner = /^<(?:\w{1,20}:)?(?:value|string)>\s{0,80}/.exec(part.slice(Math.max(0, from), from + 120));
	if (inner) from += inner[0].length;
	if (from < 0) return;
	let to = part.indexOf("<", from);
	if (part.startsWith("<![CDATA[", from)) {
		from += 9;
		to = part.indexOf("]]>", from);
	} else if (to < 0 || part[to + 1] !== "/") {
		// The end may be on a line that is not typed yet.
		if (to >= 0 || part.slice(from).trim().includes("\n")) return;
		to = part.length;
	}
	while (to > from && /\s/.test(part[to - 1] ?? "")) to--;
	if (to <= from) return;
	const span = { start: at + from, end: at + to };
	takeIfSecret(source, name, { value: part.slice(from, to), pieces: [span], end: span.end }, spans);
}

const valueAttribute = /[^<>]{0,200}?\b(?:value|val|content|default|data)[ \t]{0,4}=[ \t]{0,4}(?=["'])/iy;
const attributeName = /\b(?:name|key|id|type|property|field|param)[ \t]{0,4}=[ \t]{0,4}["'][\w.:/-]{0,60}$/i;

/** `<add key="Password" value="x" />`: the name and the value are attributes. */
export function attributeValue(source: SearchedText, name: Name, at: number, spans: Span[]): boolean {
	const { text } = source;
	if (!/[\s/]/.test(text[at] ?? "") || !attributeName.test(source.linePrefix(name.wordStart))) return false;
	valueAttribute.lastIndex = at;
	if (valueAttribute.test(text)) {
		const literal = source.literal(valueAttribute.lastIndex);
		if (literal) takeIfSecret(source, name, literal, spans);
		return true;
	}
	const tagEnd = text.slice(at, at + 200).search(/[<>]/);
	if (tagEnd >= 0 && text[at + tagEnd] === ">" && keyedElement.test(source.linePrefix(name.start))) {
		contents(source, name, at + tagEnd + 1, spans);
		return true;
	}
	return false;
}
