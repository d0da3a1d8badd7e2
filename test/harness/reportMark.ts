/** Begins each line that the tests inside VS Code report, so that it can be told from what VS Code itself logs. */
export const reportMark = "[test] ";
