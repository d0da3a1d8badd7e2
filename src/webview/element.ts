/** Makes elements. Text goes in as text, so nothing that a page shows can become markup. */

/** @param beside any node of the document that the element is for */
export function element<Name extends keyof HTMLElementTagNameMap>(
	beside: Node,
	name: Name,
	attributes: Readonly<Record<string, string>>,
	text = "",
): HTMLElementTagNameMap[Name] {
	const made = (beside.ownerDocument as Document).createElement(name);
	for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
	if (text !== "") made.textContent = text;
	return made;
}
